/** One message of the request queue, from envelope to answer. */
import type { ProcessDeps } from '#core/inbound.ts';
import { processRequest } from '#core/process-request.ts';
import type { CodeName } from '#protocol/codes.ts';
import { clearedTag, FRAME_TYPES, frameHeader, requestDigest } from '#protocol/cp1/frame.ts';
import { FrameReader } from '#protocol/cp1/frame-reader.ts';
import type { MessageKeys } from '#protocol/cp1/keys.ts';
import { encodeReply } from '#protocol/cp1/reply-codec.ts';
import { decodeRequest } from '#protocol/cp1/request-codec.ts';
import type { Crypto } from '#protocol/crypto.ts';
import type { RequestEnvelope } from '#protocol/envelope.ts';
import { STALE_MS } from '#protocol/limits.ts';
import { decodeRequestEnvelope } from '#protocol/queue-codec.ts';
import type { Reply } from '#protocol/reply.ts';
import { createParkNote, type ParkNote, type ParkReason } from './parking.ts';
import type { ReplyChannel } from './reply-channel.ts';
import type { TerminalKeys } from './terminal-keys.ts';

/** Numbers of the requests that draw a sequence number, and their names. */
const REQUESTS: ReadonlyMap<number, string> = new Map([
  [FRAME_TYPES.pay, 'pay'],
  [FRAME_TYPES.confirm, 'confirm'],
  [FRAME_TYPES.reverse, 'reverse'],
  [FRAME_TYPES.status, 'status'],
  [FRAME_TYPES.refund, 'refund'],
  [FRAME_TYPES.catalogue, 'catalogue'],
]);

export interface PayMessage {
  readonly messageId: string;
  readonly body: string;
  /** Unix milliseconds at which the queue took it. */
  readonly sentAtMs: number;
}

export interface MessageDeps {
  readonly process: ProcessDeps;
  readonly crypto: Crypto;
  readonly keys: TerminalKeys;
  readonly replies: ReplyChannel;
  /** Durable before it resolves. */
  readonly park: (note: ParkNote) => Promise<void>;
}

/** What became of a message that is done with: `done`, `stale` and `parked` are acknowledged. */
export interface Handled {
  readonly outcome: 'done' | 'stale' | 'parked';
  readonly op?: string;
  readonly terminal?: number;
  readonly code?: CodeName;
  readonly duplicate?: boolean;
  /** Why parked; `reply_queue_gone` where the answer could not be delivered and never will. */
  readonly reason?: ParkReason | 'reply_queue_gone';
}

/** Rejects only where a later delivery may do better. */
export const handleMessage = async (deps: MessageDeps, message: PayMessage): Promise<Handled> => {
  const park = async (
    reason: ParkReason,
    known: Pick<ParkNote, 'terminal' | 'sequence' | 'frameBytes'> = {},
  ): Promise<Handled> => {
    await deps.park(createParkNote(deps.crypto, reason, message, known));
    const { terminal } = known;
    return { outcome: 'parked', reason, ...(terminal === undefined ? {} : { terminal }) };
  };

  const decoded = decodeRequestEnvelope(message.body);
  if (!decoded.ok) {
    return park(decoded.code === 'version_unsupported' ? 'envelope_version' : 'envelope_malformed');
  }
  const envelope = decoded.value;
  const opened = openFrame(deps, envelope);
  if ('reason' in opened) {
    return park(opened.reason, opened.known);
  }
  const { header, op } = opened;
  const { terminal, keyVersion, sequence } = header;
  const isStale = deps.process.clock.nowMs() - message.sentAtMs > STALE_MS;
  if (isStale && header.type !== FRAME_TYPES.reverse) {
    return { outcome: 'stale', op, terminal };
  }
  const keys = deps.keys.keysOf(envelope.frame, terminal, keyVersion);
  if (keys === undefined) {
    const handled = await park('mac_invalid', {
      terminal,
      sequence,
      frameBytes: envelope.frame.length,
    });
    await answerFault(deps, envelope, sequence);
    return handled;
  }
  return { op, terminal, ...(await answer(deps, envelope, header, keys)) };
};

type Header = ReturnType<typeof frameHeader>;
type Opened =
  | { readonly header: Header; readonly op: string }
  | {
      readonly reason: ParkReason;
      readonly known: Pick<ParkNote, 'terminal' | 'sequence' | 'frameBytes'>;
    };

/** Everything that can be said about a message without a key. */
const openFrame = (deps: MessageDeps, envelope: RequestEnvelope): Opened => {
  const { dialect, frame, slot } = envelope;
  const size = { frameBytes: frame.length };
  if (dialect !== 'cp1') {
    return { reason: 'dialect_unsupported', known: size };
  }
  if (!isWholeFrame(frame)) {
    return { reason: 'frame_malformed', known: size };
  }
  const header = frameHeader(frame);
  const { terminal, sequence, type } = header;
  const known = { terminal, sequence, ...size };
  const op = REQUESTS.get(type);
  if (op === undefined) {
    return { reason: 'frame_type', known };
  }
  if (terminal !== envelope.terminal) {
    return { reason: 'terminal_mismatch', known };
  }
  if (!deps.replies.has(slot)) {
    return { reason: 'slot_unknown', known };
  }
  return { header, op };
};

const isWholeFrame = (frame: Uint8Array): boolean => {
  const reader = new FrameReader();
  reader.feed(frame);
  const first = reader.next();
  return first instanceof Uint8Array && first.length === frame.length;
};

const answer = async (
  deps: MessageDeps,
  { slot, fence, corr, frame, receivedAtMs, region, hello }: RequestEnvelope,
  { terminal, keyVersion, sequence, stored }: Header,
  keys: MessageKeys,
): Promise<Handled> => {
  const tag = clearedTag(frame, keys.request);
  const encode = (reply: Reply): Uint8Array => encodeReply(frame, tag, reply, keys.reply);
  const request = decodeRequest(frame);
  const {
    answer: bytes,
    code,
    replayed,
  } = request.ok
    ? await processRequest(deps.process, {
        key: { terminal, keyVersion, sequence },
        digest: requestDigest(deps.crypto, frame),
        request: request.value,
        stored,
        receivedAtMs,
        region,
        hello,
        encode,
      })
    : {
        answer: encode({
          code: request.code,
          serverTimeS: Math.floor(deps.process.clock.nowMs() / 1000),
        }),
        code: request.code,
        replayed: false,
      };
  const sent = await deps.replies.send(slot, { v: 1, fence, corr, kind: 'frame', frame: bytes });
  // With the queue gone the bridge that asked is gone too: the stored answer waits for the terminal's next copy.
  return {
    outcome: 'done',
    code,
    duplicate: replayed,
    ...(sent === 'gone' ? { reason: 'reply_queue_gone' } : {}),
  };
};

const answerFault = async (
  deps: MessageDeps,
  { slot, fence, corr }: RequestEnvelope,
  sequence: number,
): Promise<void> => {
  await deps.replies.send(slot, { v: 1, fence, corr, kind: 'fault', code: 66, sequence });
};
