/** The kiosk's settings: the local system's file, flags over it, and a sentence for every mistake. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HELP, type KioskSettings, LOCAL_FILE, readKioskSettings } from '#client/kiosk-settings.ts';

const LOCAL = {
  bridge: { host: '127.0.0.1', port: 7010 },
  terminal: {
    id: 1001,
    keyVersion: 1,
    linkKey: '0a'.repeat(32),
    messageKey: '0b'.repeat(32),
    region: 'KR',
  },
  users: [{ id: 'u1', identifier: 'CARD', entryMode: 7, currency: 410, balanceMinor: 1 }],
  products: [
    { sku: 'LIP-01', region: 'KR', unitPriceMinor: 12_900, currency: 410, openNow: true },
    { sku: 'LIP-01', region: 'CN', unitPriceMinor: 6_900, currency: 156, openNow: true },
    { sku: 'OLD-01', unitPriceMinor: 1, currency: 410 },
  ],
};

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'settings-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
};
const read = (...args: string[]): KioskSettings => {
  const settings = readKioskSettings(args, join(folder, LOCAL_FILE));
  if (settings === 'help') {
    throw new Error('help was not asked for');
  }
  return settings;
};
const local = (change: object = {}): void => {
  file(LOCAL_FILE, JSON.stringify({ ...LOCAL, ...change }));
};

describe('the settings of the kiosk', () => {
  it('come from the running local system, products of its own region only', () => {
    local();
    const settings = read();
    expect(settings).toMatchObject({
      host: '127.0.0.1',
      port: 7010,
      terminal: 1001,
      keyVersion: 1,
      region: 'KR',
      locale: 'ko-KR',
      modem: 'virtual',
      baud: 'auto',
      outboxDir: '.cosmopay/kiosk',
      yes: false,
    });
    expect([...settings.linkKey]).toEqual(Array.from({ length: 32 }, () => 10));
    expect(settings.products.map(({ sku, currency, openNow }) => [sku, currency, openNow])).toEqual(
      [
        ['LIP-01', 410, true],
        ['OLD-01', 410, false],
      ],
    );
    expect(settings.customers).toEqual([{ id: 'u1', identifier: 'CARD', entryMode: 7 }]);
  });

  it('are overruled by flags, and need no local system then', () => {
    const key = file('key', `${'0C'.repeat(32)}\n`);
    const flags = [
      '--host',
      'pay.example',
      '--bridge-port',
      '7011',
      '--terminal',
      '7',
      '--key-version',
      '0',
    ];
    const keys = ['--link-key-file', key, '--message-key-file', key];
    const more = ['--locale', 'zh-CN', '--port', '/dev/ttyUSB0', '--baud', '9600', '--yes'];
    expect(read(...flags, ...keys, ...more)).toMatchObject({
      host: 'pay.example',
      port: 7011,
      terminal: 7,
      keyVersion: 0,
      locale: 'zh-CN',
      modem: '/dev/ttyUSB0',
      baud: 9_600,
      yes: true,
      products: [],
    });
  });

  it.each([
    ['KR', 'ko-KR'],
    ['CN', 'zh-CN'],
    ['US', 'en-US'],
  ])('speak the language of region %s', (region, locale) => {
    local({ terminal: { ...LOCAL.terminal, region } });
    expect(read().locale).toBe(locale);
  });

  it('serve the page unless one sale on this screen is asked for', () => {
    local({ offlineMaxMinor: 100_000 });
    expect(read()).toMatchObject({
      screen: false,
      httpPort: 7090,
      mode: 'session',
      offlineMaxMinor: 100_000,
      usdPerMb: 0.5,
      display: undefined,
      displayCharset: 'ascii',
    });
    expect(read('--screen').screen).toBe(true);
    expect(read('--sku=LIP-01').screen).toBe(true);
    expect(read('--yes').screen).toBe(true);
    const more = ['--mode=on-demand', '--offline-max=0', '--tariff=1.25', '--http-port=0'];
    expect(read(...more, '--display=/dev/ttyS1', '--display-charset=gbk')).toMatchObject({
      mode: 'on_demand',
      offlineMaxMinor: 0,
      usdPerMb: 1.25,
      httpPort: 0,
      display: '/dev/ttyS1',
      displayCharset: 'gbk',
    });
  });

  it('may come from another file of the same form', () => {
    const other = file('other.json', JSON.stringify({ ...LOCAL, bridge: { host: 'h', port: 9 } }));
    expect(read('--local', other)).toMatchObject({ host: 'h', port: 9 });
  });

  it('are the help where it is asked for, also without a system', () => {
    expect(readKioskSettings(['--help'], join(folder, LOCAL_FILE))).toBe('help');
    expect(Math.max(...HELP.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
  });
});

describe('a mistake in the settings', () => {
  it('is a system that does not run, told with what to do', () => {
    expect(() => read()).toThrow(/^system_not_running: .*npm start/);
  });

  it('is a broken file of the local system', () => {
    file(LOCAL_FILE, '{');
    expect(() => read()).toThrow('local_file_unreadable');
  });

  it.each([
    ['bridge-port', '0', '1'],
    ['bridge-port', '65536', '65535'],
    ['terminal', '0', '1'],
    ['terminal', '4294967296', '4294967295'],
    ['key-version', '-1', '0'],
    ['key-version', '256', '255'],
    ['baud', '1199', '1200'],
    ['baud', '921601', '921600'],
    ['http-port', '65536', '65535'],
    ['offline-max', '-1', '0'],
    ['offline-max', '1000000000000', '999999999999'],
    ['tariff', '-0.5', '0.5'],
    ['tariff', 'free', '0'],
    ['mode', 'always', 'session'],
    ['display-charset', 'utf-8', 'euc-kr'],
    ['bridge-port', '70.5', '70'],
    ['bridge-port', 'http', '80'],
  ])('is --%s %s; %s is right', (name, wrong, right) => {
    local();
    expect(() => read(`--${name}=${wrong}`)).toThrow(`option_invalid: --${name}`);
    expect(read(`--${name}=${right}`)).toBeDefined();
  });

  it.each([63, 65, 0])('is a key of %i digits, whose text is not repeated', (digits) => {
    local();
    const key = file('key', 'a'.repeat(digits));
    expect(() => read('--link-key-file', key)).toThrow(/^key_invalid: the link key must be 64 hex/);
  });

  it('is a key file that is not there', () => {
    local();
    expect(() => read('--link-key-file', join(folder, 'none'))).toThrow('key_unreadable');
  });

  it('is an unknown flag, and a word too much', () => {
    local();
    expect(() => read('--colour')).toThrow('option_invalid');
    expect(() => read('LIP-01')).toThrow('option_invalid');
  });
});
