/** The command line without a network: tables, settings, CSV, retries, and where it asks. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type ApiPorts, createApi, TRIES_MAX } from '#cli/api.ts';
import { CliError } from '#cli/cli-error.ts';
import { guarded, unguarded } from '#cli/csv-cells.ts';
import { COLUMNS, tableText, timeText } from '#cli/output.ts';
import { productsCsv, productsOf } from '#cli/product-csv.ts';
import { createProgress } from '#cli/progress.ts';
import { documentOf } from '#cli/settings.ts';
import { settlementCsv } from '#cli/settlement-csv.ts';
import { whereOf } from '#cli/where.ts';
import { displayWidth } from '#client/ui/display-width.ts';

/** Nobody is signed in anywhere. */
const NONE = new Map<string, never>();

const folder = mkdtempSync(join(tmpdir(), 'cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const fileWith = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};
const exitOf = (work: () => unknown): number | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof CliError ? error.exit : -1;
  }
};

describe('a table', () => {
  it('aligns Korean and Chinese, which are twice as wide', () => {
    const lines = tableText(
      ['a', 'b'],
      [
        { a: '립스틱', b: 1 },
        { a: 'x', b: 2 },
      ],
    ).split('\n');
    expect(lines).toEqual(['a       b', '립스틱  1', 'x       2']);
  });

  it('fits 80 columns by what is widest, and leaves the rest whole', () => {
    const [, line = ''] = tableText(
      ['id', 'text'],
      [{ id: 'LIP-01', text: '가'.repeat(90) }],
    ).split('\n');
    expect(displayWidth(line)).toBeLessThanOrEqual(COLUMNS);
    expect(line.startsWith('LIP-01  가')).toBe(true);
  });

  it('has times in whole seconds of UTC', () => {
    expect(timeText(1_772_420_645)).toBe('2026-03-02 03:04:05Z');
  });
});

describe('settings', () => {
  it('are taken as JSON where they are, else as text, and go into fields of fields', () => {
    const set = [
      'id=LIP-9',
      'listed=true',
      'basePriceMinor.KR=12900',
      'name=007',
      'tags=["a"]',
      'note=a=b',
    ];
    expect(documentOf(undefined, set, { basePriceMinor: { CN: 1 } })).toEqual({
      id: 'LIP-9',
      listed: true,
      basePriceMinor: { CN: 1, KR: 12_900 },
      name: '007',
      tags: ['a'],
      note: 'a=b',
    });
  });

  it('go on top of a file', () => {
    const file = fileWith('one.json', '{"id":"a","name":"b"}');
    expect(documentOf(file, ['name=c'])).toEqual({ id: 'a', name: 'c' });
  });

  it.each([['name'], ['=1'], ['__proto__.a=1'], ['a.__proto__=1']])(
    'such as %s are refused',
    (set) => {
      expect(exitOf(() => documentOf(undefined, [set]))).toBe(2);
      expect(({} as { a?: unknown }).a).toBeUndefined();
    },
  );

  it('of a file that is none, or no object, are refused', () => {
    expect(exitOf(() => documentOf(join(folder, 'none'), []))).toBe(2);
    expect(exitOf(() => documentOf(fileWith('list.json', '[1]'), []))).toBe(2);
  });
});

describe('CSV', () => {
  it('is read with its lines, a byte order mark, quotes and empty cells', () => {
    const text =
      '\ufeffid,name,listed,price.KR\r\nA-1,"Rose, red",true,100\r\n\r\nA-2,,false,x\r\n';
    expect(productsOf(text)).toEqual([
      {
        line: 2,
        product: { id: 'A-1', name: 'Rose, red', listed: true, basePriceMinor: { KR: 100 } },
      },
      { line: 4, product: { id: 'A-2', listed: false, basePriceMinor: { KR: 'x' } } },
    ]);
  });

  it('comes back as it went out', () => {
    const products = [
      { id: 'A-1', name: '=1+1', category: 'lips', basePriceMinor: { KR: 100 }, version: 3 },
      { id: 'A-2', name: '립, "스틱"', basePriceMinor: { CN: 5, KR: 7 }, listed: true },
    ];
    const text = productsCsv(products);
    expect(text).toContain("'=1+1");
    const [first, second] = products;
    const { version: _, ...unversioned } = first as { version: number };
    expect(productsOf(text).map(({ product }) => product)).toEqual([unversioned, second]);
  });

  it.each([
    ['no column id', 'name\nx\n'],
    ['more cells than names', 'id\na,b\n'],
    ['nothing', ''],
  ])('with %s is refused', (_what, text) => {
    expect(exitOf(() => productsOf(text))).toBe(2);
  });

  it('has no formula in it, and numbers as they are', () => {
    for (const text of ['=A1', '+1+1', '@x', '-x', '\tx']) {
      expect(guarded(text)).toBe(`'${text}`);
      expect(unguarded(guarded(text))).toBe(text);
    }
    expect([guarded('-5'), guarded('rose'), unguarded("'rose")]).toEqual(['-5', 'rose', "'rose"]);
  });

  it('of a settlement has a line for each day and currency', () => {
    const days = [{ day: '2026-03-01', currency: 410, figures: { sales: 2, netMinor: -5 } }];
    expect(settlementCsv({ merchant: 'm-1', days })).toBe(
      'merchant,day,currency,sales,netMinor\r\nm-1,2026-03-01,410,2,-5\r\n',
    );
  });
});

describe('progress', () => {
  it('is a line for each tenth where nobody looks, and one that is written over where someone does', () => {
    const told: string[] = [];
    const err = (text: string) => void told.push(text);
    const quiet = createProgress({ isTty: false, err }, 'products', 100);
    for (let done = 0; done < 100; done += 5) {
      quiet(5);
    }
    expect(told).toHaveLength(11);
    expect(told.at(-1)).toBe('100 of 100 products');
    createProgress({ isTty: true, err }, 'products', 2)(1);
    expect(told.at(-1)).toMatch(/^\r#{20}\.{20} 1 of 2 products$/);
  });
});

describe('the API that is asked', () => {
  it('is that of the flags, else of the environment, else of the system in this folder', () => {
    fileWith('local.json', '{"admin":{"url":"http://l:1/","token":"t"}}');
    const env = { COSMOPAY_API: 'http://e', COSMOPAY_TOKEN: 'et' };
    expect(whereOf({ api: 'http://f/', token: 'ft' }, env, NONE)).toEqual({
      api: 'http://f',
      token: 'ft',
    });
    expect(whereOf({}, env, NONE)).toEqual({ api: 'http://e', token: 'et' });
    expect(whereOf({}, { COSMOPAY_DIR: folder }, NONE)).toEqual({ api: 'http://l:1', token: 't' });
    expect(whereOf({ token: 'x' }, { COSMOPAY_DIR: folder }, NONE).token).toBe('x');
  });

  it('is told to be missing, and never gets the local token elsewhere', () => {
    expect(exitOf(() => whereOf({}, { COSMOPAY_DIR: join(folder, 'none') }, NONE))).toBe(2);
    expect(exitOf(() => whereOf({ api: 'http://f' }, { COSMOPAY_DIR: folder }, NONE))).toBe(2);
  });

  const rig = (answers: readonly (number | Error)[], retryAfter?: string) => {
    const asked: RequestInit[] = [];
    const slept: number[] = [];
    const ports: ApiPorts = {
      fetch: async (_url, init) => {
        asked.push(init ?? {});
        const answer = answers[asked.length - 1] ?? 200;
        if (answer instanceof Error) {
          throw answer;
        }
        const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
        return new Response('{"code":"busy","title":"Busy."}', { status: answer, headers });
      },
      sleep: async (ms) => void slept.push(ms),
      random: () => 0,
      newKey: () => 'new-key',
    };
    return { api: createApi({ api: 'http://a', token: 't' }, ports), asked, slept };
  };

  it('gets the same change again, under one key, while it is busy, down or away', async () => {
    const { api, asked, slept } = rig([503, new Error('away'), 429, 200]);
    expect((await api.ask('POST', '/v1/x', { body: { a: 1 } })).status).toBe(200);
    const keys = asked.map(({ headers }) => (headers as Record<string, string>)['idempotency-key']);
    expect(keys).toEqual(Array(4).fill('new-key'));
    expect(slept).toEqual([500, 1_000, 2_000]);
  });

  it('is waited for as long as it says, within bounds', async () => {
    const { api, slept } = rig([503, 200], '7');
    await api.ask('GET', '/v1/x');
    expect(slept).toEqual([7_000]);
    const long = rig([503, 200], '9999');
    await long.api.ask('GET', '/v1/x');
    expect(long.slept).toEqual([30_000]);
  });

  it('is given up after so many attempts', async () => {
    const away = rig(Array(9).fill(new Error('away')));
    await expect(away.api.ask('GET', '/v1/x')).rejects.toMatchObject({ exit: 3 });
    expect(away.asked).toHaveLength(TRIES_MAX);
    const busy = rig(Array(9).fill(503));
    await expect(busy.api.ask('GET', '/v1/x')).rejects.toMatchObject({ exit: 3 });
    expect(busy.asked).toHaveLength(TRIES_MAX);
  });

  it('is asked once where it refuses', async () => {
    const { api, asked } = rig([412]);
    await expect(api.ask('PUT', '/v1/x')).rejects.toMatchObject({
      exit: 1,
      message: 'busy: Busy.',
    });
    expect(asked).toHaveLength(1);
  });
});
