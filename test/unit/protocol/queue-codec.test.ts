/** Envelopes: JSON that a second reader understands, strict on what is needed, tolerant of what is new. */
import { describe, expect, it } from 'vitest';
import type { ReplyEnvelope, RequestEnvelope } from '#protocol/envelope.ts';
import { ENVELOPE_FRAME_BYTES_MAX } from '#protocol/limits.ts';
import {
  decodeReplyEnvelope,
  decodeRequestEnvelope,
  encodeReplyEnvelope,
} from '#protocol/queue-codec.ts';

const REQUEST: RequestEnvelope = {
  v: 1,
  slot: 999,
  fence: 12,
  corr: 'b-1.44.7',
  dialect: 'cp1',
  terminal: 1001,
  region: 'KR',
  receivedAtMs: 1_790_000_000_123,
  hello: { locale: 'ko-KR', clockOffsetS: -3 },
  frame: Uint8Array.of(0xc5, 0x10, 0xff),
};
const FRAME: ReplyEnvelope = {
  v: 1,
  fence: 12,
  corr: 'b-1.44.7',
  kind: 'frame',
  frame: Uint8Array.of(1, 2),
};
const FAULT: ReplyEnvelope = {
  v: 1,
  fence: 12,
  corr: 'b-1.44.7',
  kind: 'fault',
  code: 66,
  sequence: 7,
};

const textOf = (envelope: RequestEnvelope): string =>
  JSON.stringify({ ...envelope, frame: Buffer.from(envelope.frame).toString('base64') });
const changed = (text: string, fields: object): string =>
  JSON.stringify({ ...JSON.parse(text), ...fields });
const codeOf = (result: { ok: boolean; code?: string }): string | undefined =>
  result.ok ? 'accepted' : result.code;

describe('a request envelope', () => {
  it('is JSON with the frame as base64', () => {
    const text = JSON.stringify({ ...REQUEST, frame: 'xRD/' });
    expect(decodeRequestEnvelope(text)).toEqual({ ok: true, value: REQUEST });
  });

  it('is read as it was written, for every dialect', () => {
    for (const dialect of ['cp1', 'iso8583', 'json'] as const) {
      const envelope = { ...REQUEST, dialect };
      expect(decodeRequestEnvelope(textOf(envelope))).toEqual({
        ok: true,
        value: envelope,
      });
    }
    const told = { ...REQUEST, hello: { signal: 31, contested: true as const } };
    expect(decodeRequestEnvelope(textOf(told))).toEqual({ ok: true, value: told });
    const bare = { ...REQUEST, region: '', hello: {} };
    expect(decodeRequestEnvelope(textOf(bare))).toEqual({ ok: true, value: bare });
  });

  it('ignores keys that it does not know', () => {
    const text = changed(textOf(REQUEST), { trace: { id: 1 } });
    expect(decodeRequestEnvelope(text)).toEqual({ ok: true, value: REQUEST });
  });

  it('leaves out of HELLO what does not fit', () => {
    const text = changed(textOf(REQUEST), {
      hello: { locale: '', clockOffsetS: 1.5, signal: 32, contested: 'yes', x: 1 },
    });
    expect(decodeRequestEnvelope(text)).toEqual({ ok: true, value: { ...REQUEST, hello: {} } });
  });

  it.each([{ v: 2 }, { v: '1' }, { v: null }])('of version %j is refused as such', (fields) => {
    expect(codeOf(decodeRequestEnvelope(changed(textOf(REQUEST), fields)))).toBe(
      'version_unsupported',
    );
  });

  it.each([
    { slot: 1000 },
    { slot: -1 },
    { slot: 1.5 },
    { fence: -1 },
    { corr: '' },
    { corr: 'x'.repeat(65) },
    { corr: 7 },
    { dialect: 'cp2' },
    { terminal: 0 },
    { terminal: 2 ** 32 },
    { region: 'x'.repeat(65) },
    { receivedAtMs: null },
    { hello: null },
    { hello: [] },
    { hello: 'x' },
    { frame: '' },
    { frame: 7 },
    { frame: 'A' },
    { frame: 'AA=A' },
    { frame: Buffer.alloc(ENVELOPE_FRAME_BYTES_MAX + 1).toString('base64') },
  ])('with %j is refused', (fields) => {
    expect(codeOf(decodeRequestEnvelope(changed(textOf(REQUEST), fields)))).toBe('frame_malformed');
  });

  it('may carry the longest frame, correlation and region', () => {
    const envelope = {
      ...REQUEST,
      frame: new Uint8Array(ENVELOPE_FRAME_BYTES_MAX),
      corr: 'x'.repeat(64),
      region: 'r'.repeat(64),
    };
    expect(decodeRequestEnvelope(textOf(envelope))).toEqual({
      ok: true,
      value: envelope,
    });
  });

  it.each(['', '{', 'null', '[]', '7', '"x"', 'x'.repeat(9000)])('is not %j', (text) => {
    expect(codeOf(decodeRequestEnvelope(text))).toBe('frame_malformed');
    expect(codeOf(decodeReplyEnvelope(text))).toBe('frame_malformed');
  });
});

describe('a reply envelope', () => {
  it('is JSON, and comes back as it was', () => {
    expect(JSON.parse(encodeReplyEnvelope(FRAME))).toEqual({ ...FRAME, frame: 'AQI=' });
    expect(JSON.parse(encodeReplyEnvelope(FAULT))).toEqual(FAULT);
    expect(decodeReplyEnvelope(encodeReplyEnvelope(FRAME))).toEqual({ ok: true, value: FRAME });
    expect(decodeReplyEnvelope(encodeReplyEnvelope(FAULT))).toEqual({ ok: true, value: FAULT });
  });

  it('of another version is refused as such', () => {
    expect(codeOf(decodeReplyEnvelope(changed(encodeReplyEnvelope(FAULT), { v: 2 })))).toBe(
      'version_unsupported',
    );
  });

  it.each([
    { fence: 'x' },
    { corr: '' },
    { kind: 'x' },
    { kind: 'frame' },
    { code: 64 },
    { sequence: -1 },
  ])('with %j is refused', (fields) => {
    expect(codeOf(decodeReplyEnvelope(changed(encodeReplyEnvelope(FAULT), fields)))).toBe(
      'frame_malformed',
    );
  });
});
