/** One message of the request queue, from envelope to answer. */
import type { ProcessDeps } from '#core/inbound.ts';
import { processRequest } from '#core/process-request.ts';
import type { CodeName } from '#protocol/codes.ts';
import type { MessageKeys } from '#protocol/cp1/keys.ts';
import type { Crypto } from '#protocol/crypto.ts';
import type { DialectCodec, OpenedRequest } from '#protocol/dialect.ts';
import type { Dialect, RequestEnvelope } from '#protocol/envelope.ts';
import { STALE_MS } from '#protocol/limits.ts';
import { decodeRequestEnvelope } from '#protocol/queue-codec.ts';
import type { Reply } from '#protocol/reply.ts';
import { createParkNote, type ParkNote, type ParkReason } from './parking.ts';
import type { ReplyChannel } from './reply-channel.ts';
import type { TerminalKeys } from './terminal-keys.ts';

export interface PayMessage {
  readonly messageId: string;
  readonly body: string;
  /** Unix milliseconds at which the queue took it. */
  readonly sentAtMs: number;
}

export interface MessageDeps {
  readonly process: ProcessDeps;
  readonly crypto: Crypto;
  /** Those that are served; a frame of any other is parked. */
  readonly codecs: Readonly<Partial<Record<Dialect, DialectCodec>>>;
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
  const { request } = opened;
  const { op, key } = request;
  const { terminal, sequence } = key;
  const isStale = deps.process.clock.nowMs() - message.sentAtMs > STALE_MS;
  if (isStale && op !== 'reverse') {
    return { outcome: 'stale', op, terminal };
  }
  const keys = deps.keys.keysOf(request);
  if (keys === undefined) {
    const handled = await park('mac_invalid', {
      terminal,
      sequence,
      frameBytes: envelope.frame.length,
    });
    await answerFault(deps, envelope, sequence);
    return handled;
  }
  return { op, terminal, ...(await answer(deps, envelope, request, keys)) };
};

type Opened =
  | { readonly request: OpenedRequest }
  | {
      readonly reason: ParkReason;
      readonly known: Pick<ParkNote, 'terminal' | 'sequence' | 'frameBytes'>;
    };

/** Everything that can be said about a message without a key. */
const openFrame = (deps: MessageDeps, envelope: RequestEnvelope): Opened => {
  const { dialect, frame, slot } = envelope;
  const size = { frameBytes: frame.length };
  const codec = deps.codecs[dialect];
  if (codec === undefined) {
    return { reason: 'dialect_unsupported', known: size };
  }
  const request = codec.open(frame);
  if (request.key === undefined) {
    return { reason: 'frame_malformed', known: size };
  }
  const { terminal, sequence } = request.key;
  const known = { terminal, sequence, ...size };
  if ('unopened' in request) {
    return { reason: request.unopened, known };
  }
  if (terminal !== envelope.terminal) {
    return { reason: 'terminal_mismatch', known };
  }
  if (!deps.replies.has(slot)) {
    return { reason: 'slot_unknown', known };
  }
  return { request };
};

const answer = async (
  deps: MessageDeps,
  { slot, fence, corr, receivedAtMs, region, hello, frame }: RequestEnvelope,
  opened: OpenedRequest,
  keys: MessageKeys,
): Promise<Handled> => {
  const encode = (reply: Reply): Uint8Array => opened.encode(reply, keys);
  const request = opened.decode(receivedAtMs);
  const {
    answer: bytes,
    code,
    replayed,
  } = request.ok
    ? await processRequest(deps.process, {
        key: opened.key,
        keyVersion: opened.keyVersion,
        digest: opened.digest(deps.crypto),
        request: request.value,
        stored: opened.stored,
        receivedAtMs,
        region,
        hello,
        frameBytes: frame.length,
        encode,
      })
    : {
        answer: encode({
          code: request.code,
          serverTimeS: Math.floor(deps.process.clock.nowMs() / 1000),
          ...(request.field === undefined ? {} : { field: request.field }),
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
