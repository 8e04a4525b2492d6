/** ISO 8583 as the bridge sees it: it answers sign-on and echo itself, and hands everything else to the functions. */
import { concatBytes, encodeUtf8 } from '../bytes.ts';
import { CODES } from '../codes.ts';
import type { Crypto, MacKey } from '../crypto.ts';
import type { DialectFraming, FrameLook, LinkFault, LinkLabels, WelcomeFacts } from '../dialect.ts';
import { type FrameRule, PrefixReader } from '../prefix-reader.ts';
import type { TextCodec } from '../text-codec.ts';
import { digestOf, readEnvelope } from './codec.ts';
import { monthDayAndTime } from './device-time.ts';
import { Fields } from './fields.ts';
import { ISO8583_LINK_LABELS } from './keys.ts';
import {
  answers,
  fieldAtFault,
  isAnswerable,
  lookAt,
  type Opened,
  openFrame,
  readOf,
  takenApart,
  toldBy,
} from './link.ts';
import { isSigned, writeSigned } from './mac.ts';
import { type FieldValue, readMessage, refuseField } from './message-reader.ts';
import { writeMessage } from './message-writer.ts';
import type { PresetName } from './presets.ts';
import { objectBytes, TAGS } from './private-objects.ts';
import { echoOf, replyMti } from './reply-codec.ts';
import {
  frameRule,
  type LengthKind,
  lengthBytesOf,
  misreadLength,
  putTogether,
  type Transported,
} from './transport.ts';

export interface Iso8583Settings {
  readonly length: LengthKind;
  /** Whether destination and source of a TPDU change places in an answer. */
  readonly swapTpdu: boolean;
  /** Absent: by the bytes (transport.ts). */
  readonly preset?: PresetName;
}

/** One listener's framing. */
export class Iso8583Framing implements DialectFraming {
  readonly dialect = 'iso8583';
  readonly labels: LinkLabels = ISO8583_LINK_LABELS;
  readonly #settings: Iso8583Settings;
  readonly #text: TextCodec;
  readonly #rule: FrameRule;

  constructor(settings: Iso8583Settings, text: TextCodec) {
    this.#settings = settings;
    this.#text = text;
    this.#rule = frameRule(settings.length);
  }

  createReader(): PrefixReader {
    return new PrefixReader(this.#rule);
  }

  misreads(bytes: Uint8Array): LengthKind | undefined {
    return misreadLength(bytes, this.#settings.length);
  }

  look(frame: Uint8Array): FrameLook {
    return lookAt(this.#open(frame));
  }

  isSignedWith(frame: Uint8Array, up: MacKey): boolean {
    const read = readOf(this.#open(frame));
    return read !== undefined && isSigned(read, up);
  }

  decodeHello(frame: Uint8Array, nowMs: number): ReturnType<DialectFraming['decodeHello']> {
    const read = readOf(this.#open(frame));
    return read === undefined
      ? refuseField('frame_malformed', 'message', 'cannot be read')
      : toldBy(read, this.#text, nowMs);
  }

  encodeWelcome(
    hello: Uint8Array,
    { serverTimeS, heartbeatS }: WelcomeFacts,
    down: MacKey,
  ): Uint8Array {
    const [monthDay, time] = monthDayAndTime(serverTimeS);
    const told = {
      iso: CODES.approved.iso,
      objects: [[TAGS.heartbeatS, String(heartbeatS)]],
    } as const;
    return this.#must(
      hello,
      {
        ...told,
        fields: [
          [12, time],
          [13, monthDay],
        ],
      },
      down,
    );
  }

  encodePong(ping: Uint8Array, facts: () => WelcomeFacts, down: MacKey): Uint8Array {
    return this.encodeWelcome(ping, facts(), down);
  }

  encodeBusy(frame: Uint8Array, retryAfterMs: number, down: MacKey): Uint8Array {
    const objects = [[TAGS.retryAfterMs, String(retryAfterMs)]] as const;
    return this.#must(frame, { iso: CODES.busy.iso, objects }, down);
  }

  /** There is no word for it: the close says it. */
  encodeGoaway(): undefined {
    return undefined;
  }

  encodeFault(
    { code, frame, field: told }: LinkFault,
    down: MacKey | undefined,
  ): Uint8Array | undefined {
    const field = told ?? (frame && fieldAtFault(this.#open(frame)));
    return (
      frame &&
      this.#notice(
        frame,
        {
          iso: CODES[code].iso,
          fields: field === undefined ? [] : [[44, encodeUtf8(field)]],
        },
        down,
      )
    );
  }

  toEnvelope(request: Uint8Array): Uint8Array {
    const { preset, message } = takenApart(this.#open(request));
    return concatBytes(Uint8Array.of(preset.id), message);
  }

  fromEnvelope(reply: Uint8Array, request: Uint8Array): Uint8Array {
    return this.#wrap(reply.subarray(1), takenApart(this.#open(request)));
  }

  isAnswerTo(reply: Uint8Array, request: Uint8Array): boolean {
    const [to, from] = [readEnvelope(reply), readOf(this.#open(request))];
    return to !== undefined && from !== undefined && answers(to, from);
  }

  digest(crypto: Crypto, request: Uint8Array): Uint8Array {
    const { preset, message } = takenApart(this.#open(request));
    return digestOf(crypto, { preset, bytes: message, message: readMessage(preset, message, 0) });
  }

  #open(frame: Uint8Array): Opened {
    return openFrame(frame, lengthBytesOf(this.#settings.length), this.#settings.preset);
  }

  #wrap(message: Uint8Array, to: Transported): Uint8Array {
    const { length: kind, swapTpdu: swap } = this.#settings;
    return putTogether(message, to, { kind, swap });
  }

  #must(frame: Uint8Array, notice: Notice, down: MacKey): Uint8Array {
    const bytes = this.#notice(frame, notice, down);
    if (bytes === undefined) {
      throw new Error('a frame that was not understood has no answer');
    }
    return bytes;
  }

  /** Answers a frame that could be read as far as its MTI, if that asks for an answer. */
  #notice(frame: Uint8Array, notice: Notice, down: MacKey | undefined): Uint8Array | undefined {
    const { transported, message } = this.#open(frame);
    if (transported === undefined || message === undefined || !isAnswerable(message)) {
      return undefined;
    }
    const { preset } = transported;
    const objects = (notice.objects ?? []).map(([tag, value]) =>
      objectBytes(tag, value, preset, this.#text),
    );
    const fields = new Map<number, FieldValue>([
      ...echoOf(new Fields(message), notice.iso),
      ...(notice.fields ?? []),
      ...(objects.length === 0 ? [] : [[preset.privateField, concatBytes(...objects)] as const]),
    ]);
    const answer = { preset, mti: replyMti(message.mti), fields };
    return this.#wrap(
      down === undefined
        ? writeMessage(preset, answer.mti, fields)
        : writeSigned(answer, { macKey: down }),
      transported,
    );
  }
}

/** What the bridge itself says about a frame. */
interface Notice {
  /** DE 39. */
  readonly iso: string;
  readonly fields?: readonly (readonly [number, FieldValue])[];
  readonly objects?: readonly (readonly [string, string])[];
}
