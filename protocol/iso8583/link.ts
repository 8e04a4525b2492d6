/** What a frame on the line is, as far as the bridge has to know (docs/iso8583.md, "Sign-on and echo"). */
import type { DialectFraming, FrameLook } from '../dialect.ts';
import { LOCALE_BYTES_MAX } from '../limits.ts';
import { accept } from '../result.ts';
import type { TextCodec } from '../text-codec.ts';
import { resolveDeviceTime } from './device-time.ts';
import { Fields } from './fields.ts';
import { identify, isRequestMti, senderOf } from './identity.ts';
import type { ReadMessage } from './mac.ts';
import {
  type FieldRefusal,
  type MessageParts,
  readMessage,
  refuseField,
} from './message-reader.ts';
import type { Preset, PresetName } from './presets.ts';
import { readObjects, TAGS } from './private-objects.ts';
import { replyMti } from './reply-codec.ts';
import { type Transported, takeApart } from './transport.ts';

const NOBODY = { terminal: 0, keyVersion: 0, sequence: 0 };
/** Network management, DE 70 or the last three digits of DE 60. */
const SIGN_OFF = '002';
const ECHO = '301';
const LINK_MTI = /^08[02][01]$/;
const MS_PER_S = 1_000;

/** A frame as far as it could be read. */
export type Opened =
  | {
      readonly refusal: FieldRefusal;
      readonly transported?: Transported;
      readonly message?: MessageParts;
    }
  | {
      readonly refusal?: never;
      readonly transported: Transported;
      readonly message: MessageParts;
    };

export const openFrame = (frame: Uint8Array, lengthBytes: number, preset?: PresetName): Opened => {
  const transported = takeApart(frame, lengthBytes, preset);
  if (typeof transported === 'string') {
    return { refusal: refuseField('frame_malformed', 'message', transported) };
  }
  const message = readMessage(transported.preset, transported.message, 0);
  const { refusal } = message;
  return refusal === undefined ? { transported, message } : { refusal, transported, message };
};

/** Undefined where it is not whole or not well-formed. */
export const readOf = (opened: Opened): ReadMessage | undefined =>
  opened.refusal === undefined ? wholeOf(opened) : undefined;

const wholeOf = ({ transported, message }: Extract<Opened, { refusal?: never }>): ReadMessage => ({
  preset: transported.preset,
  bytes: transported.message,
  message,
});

/** An answer to an answer would go on for ever. */
export const isAnswerable = ({ mti }: MessageParts): boolean =>
  isRequestMti(mti) || LINK_MTI.test(mti);

export const lookAt = (opened: Opened): FrameLook => {
  if (opened.refusal !== undefined) {
    return nobodys('unreadable', opened.refusal.reason);
  }
  const read = wholeOf(opened);
  const sender = identifyLink(read.message);
  if (sender !== undefined) {
    if ('code' in sender) {
      return nobodys('unreadable', sender.reason);
    }
    const { terminal, keyVersion, stan } = sender;
    const code = networkCodeOf(read.preset, new Fields(read.message));
    return {
      kind: code === ECHO || code === SIGN_OFF ? 'ping' : 'hello',
      key: { terminal, keyVersion, sequence: stan },
      keyVersion,
    };
  }
  const identity = identify(read.preset, read.message);
  if (identity === undefined) {
    return nobodys('other', 'MTI: is not served');
  }
  if ('code' in identity) {
    return nobodys('unreadable', identity.reason);
  }
  const { key, keyVersion, op } = identity;
  return { kind: 'request', key, keyVersion, op };
};

/** Who signs on or asks for an echo, or what hides it; undefined where a message does neither. */
export const identifyLink = (message: MessageParts): ReturnType<typeof senderOf> | undefined => {
  const fields = new Fields(message);
  return LINK_MTI.test(fields.mti) ? senderOf(fields) : undefined;
};

const nobodys = (kind: 'other' | 'unreadable', refused: string): FrameLook => ({
  kind,
  key: NOBODY,
  keyVersion: 0,
  refused,
});

/** The element that keeps a frame from being what its MTI says; undefined where none does. */
export const fieldAtFault = (opened: Opened): string | undefined => {
  if (opened.refusal !== undefined) {
    return opened.refusal.field;
  }
  const { preset, message } = wholeOf(opened);
  const who = identifyLink(message) ?? identify(preset, message);
  return who !== undefined && 'code' in who ? who.field : undefined;
};

const networkCodeOf = ({ name }: Preset, fields: Fields): string =>
  name === 'cup-pos' ? fields.text(60).slice(8, 11) : fields.text(70);

/** The locale that the sign-on tells, and by how much its DE 7 is off. */
export const toldBy = (
  { preset, message }: ReadMessage,
  text: TextCodec,
  nowMs: number,
): ReturnType<DialectFraming['decodeHello']> => {
  const fields = new Fields(message);
  const value = fields.value(preset.privateField);
  const objects = readObjects(
    value instanceof Uint8Array ? value : new Uint8Array(0),
    preset,
    text,
  );
  if (typeof objects === 'string') {
    return refuseField('field_invalid', preset.privateField, objects);
  }
  const [locale] = objects.get(TAGS.locale) ?? [];
  if (locale !== undefined && (locale === '' || locale.length > LOCALE_BYTES_MAX)) {
    return refuseField('field_invalid', preset.privateField, 'its locale is empty or too long');
  }
  const nowS = Math.floor(nowMs / MS_PER_S);
  const deviceS = resolveDeviceTime(fields.text(7), nowS);
  if (deviceS === undefined && fields.has(7)) {
    return refuseField('field_invalid', 7, 'is no moment of a year around now');
  }
  return accept({
    ...(locale === undefined ? {} : { locale }),
    ...(deviceS === undefined ? {} : { clockOffsetS: deviceS - nowS }),
  });
};

/** What an answer has to have in common with its request besides the MTI. */
const SAME: readonly number[] = [11, 41, 53, 60];

export const answers = (to: ReadMessage, from: ReadMessage): boolean => {
  const [reply, request] = [new Fields(to.message), new Fields(from.message)];
  return (
    to.preset === from.preset &&
    isAnswerable(from.message) &&
    reply.mti === replyMti(request.mti) &&
    SAME.every((field) => reply.text(field) === request.text(field))
  );
};
export const takenApart = ({ transported }: Opened): Transported => {
  if (transported === undefined) {
    throw new Error('a frame that was not understood is no request');
  }
  return transported;
};
