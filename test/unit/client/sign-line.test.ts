import { describe, expect, it } from 'vitest';
import { signLine } from '#client/sign-line.ts';
import { ForeignJsonCodec, type JsonFields } from '#test/support/foreign-json.ts';

const secrets = { id: 1001, keyVersion: 1, linkKey: '0f'.repeat(32), messageKey: 'f0'.repeat(32) };
const foreign = new ForeignJsonCodec({ ...secrets, terminal: 1001 });

describe('a line that a person signs', () => {
  it.each([
    ['hello', 0, { nonce: '0102030405060708', locale: 'ko-KR' }],
    ['ping', 3, {}],
    ['pay', 4, { identifier: '70000000000000000042', amountMinor: 1 }],
    ['status', 5, { paymentSequence: 4 }],
  ] as const)('%s gets terminal, key version and the tag of its key', (op, sequence, fields) => {
    const signed = signLine(JSON.stringify({ op, sequence, ...fields }), secrets);
    expect(signed.ok && (JSON.parse(signed.value) as JsonFields)).toEqual(
      foreign.sign(op, sequence, fields),
    );
  });

  it('keeps another terminal that it names, and takes no tag from the text', () => {
    const signed = signLine('{"op":"ping","sequence":1,"terminal":7,"m":"x"}', secrets);
    expect(signed.ok && JSON.parse(signed.value)).toMatchObject({ terminal: 7, keyVersion: 1 });
    expect(signed.ok && signed.value).toMatch(/"m":"[0-9a-f]{16}"/);
  });

  it('is refused where it is no object, and where the keys are none', () => {
    expect(signLine('pay', secrets)).toMatchObject({ ok: false, code: 'frame_malformed' });
    expect(signLine('{"op":"ping"}', { ...secrets, linkKey: 'zz' }).ok).toBe(false);
  });
});
