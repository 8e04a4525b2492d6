/** docs/iso8583.md says what the data say. */
import { describe, expect, it } from 'vitest';
import { DEADLINE_MS_DEFAULT } from '#core/deadline.ts';
import { FIELD_NAMES, OBJECT_NAMES } from '#protocol/iso8583/field-names.ts';
import { PRESETS } from '#protocol/iso8583/presets.ts';
import { TAGS } from '#protocol/iso8583/private-objects.ts';
import { BATCH_NUMBERS_MAX, ISO8583_FRAME_BYTES_MAX } from '#protocol/limits.ts';
import { iso8583Page, withBlocks } from '#test/support/iso8583-page.ts';

describe('the page for authors of firmware', () => {
  it('has the tables of the data: write them with `node test/support/iso8583-page.ts`', () => {
    expect(iso8583Page()).toBe(withBlocks(iso8583Page()));
    expect(iso8583Page().match(/from the data/g)).toHaveLength(4);
  });

  it('names every object, and no element that the tables have not', () => {
    expect(Object.keys(OBJECT_NAMES).sort()).toEqual(Object.values(TAGS).sort());
    for (const number of Object.keys(FIELD_NAMES)) {
      expect(PRESETS['iso87-binary'].fields.has(Number(number))).toBe(true);
    }
  });

  it('tells the bounds as they are', () => {
    expect(iso8583Page()).toContain(`at most ${ISO8583_FRAME_BYTES_MAX} bytes`);
    expect(iso8583Page()).toContain(`at most ${BATCH_NUMBERS_MAX}`);
    expect(iso8583Page()).toContain(`else ${DEADLINE_MS_DEFAULT / 1000} s`);
  });
});
