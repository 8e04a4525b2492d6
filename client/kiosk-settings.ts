/** Where the kiosk's settings come from: the running local system's file, and flags that win over it. */
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fromHex } from '#protocol/bytes.ts';
import { KEY_VERSION_MAX, U32_MAX } from '#protocol/limits.ts';
import type { EntryMode } from '#protocol/request.ts';
import { integer, KioskError } from './kiosk-error.ts';
import { MODEM_HELP, MODEM_OPTIONS, modemSettingsOf } from './modem-flags.ts';
import type { ModemSettings } from './open-modem.ts';
import { PAGE_OPTIONS, type PageSettings, pageSettingsOf } from './page-flags.ts';

/** Written by the local system once it is ready. */
export const LOCAL_FILE = '.cosmopay/local.json';
const KEY_BYTES = 32;

export interface Product {
  readonly sku: string;
  readonly unitPriceMinor: number;
  readonly currency: number;
  readonly openNow: boolean;
}
export interface Customer {
  readonly id: string;
  readonly identifier: string;
  readonly entryMode: EntryMode;
}

export interface KioskSettings extends ModemSettings, PageSettings {
  readonly host: string;
  readonly port: number;
  readonly terminal: number;
  readonly keyVersion: number;
  readonly linkKey: Uint8Array;
  readonly messageKey: Uint8Array;
  readonly region: string;
  readonly products: readonly Product[];
  readonly customers: readonly Customer[];
  readonly locale: string;
  readonly outboxDir: string;
  readonly sku: string | undefined;
  readonly identifier: string | undefined;
  readonly yes: boolean;
  /** One sale on the terminal's own screen, in place of the page. */
  readonly screen: boolean;
}

export const HELP: string = `Usage: npm run kiosk -- [options]
  --http-port N          of the kiosk's page, 7090; 0 for any free one
  --locale TAG           en-US, ko-KR or zh-CN
  --mode MODE            session (stay connected) or on-demand (per sale)
  --offline-max AMOUNT   largest offline sale in minor units, 0 for none
  --tariff USD           price of a megabyte, for the cost per sale; 0.50
  --display PATH --display-charset ascii|ucs-2|gbk|euc-kr
                         serial port of a small customer display
One sale in this terminal window instead of the page:
  --screen               with the AT dialogue beside it; then also
  --sku SKU --identifier TEXT --yes   what to buy and how; ask nothing
Modem:
${MODEM_HELP}
  --outbox FOLDER        where numbers and pending requests are kept
Another system than the local one:
  --host H --bridge-port N --terminal ID --key-version N
  --link-key-file FILE --message-key-file FILE   64 hex digits each
Without options the kiosk uses the local system; start that with \`npm start\`.`;

const OPTIONS = {
  screen: { type: 'boolean', default: false },
  sku: { type: 'string' },
  identifier: { type: 'string' },
  yes: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
  locale: { type: 'string' },
  ...MODEM_OPTIONS,
  host: { type: 'string' },
  'bridge-port': { type: 'string' },
  terminal: { type: 'string' },
  'key-version': { type: 'string' },
  'link-key-file': { type: 'string' },
  'message-key-file': { type: 'string' },
  outbox: { type: 'string', default: '.cosmopay/kiosk' },
  local: { type: 'string' },
  ...PAGE_OPTIONS,
} as const;

type Json = Readonly<Record<string, unknown>>;
const objectOf = (value: unknown): Json =>
  typeof value === 'object' && value !== null ? (value as Json) : {};
const listOf = (value: unknown): readonly Json[] =>
  Array.isArray(value) ? value.map(objectOf) : [];
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const numberOf = (value: unknown): number => (typeof value === 'number' ? value : Number.NaN);

const readLocal = (path: string): Json => {
  if (!existsSync(path)) {
    return {};
  }
  try {
    return objectOf(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    throw new KioskError('local_file_unreadable', `${path} is broken. Run \`npm start\` anew.`);
  }
};

const readKeyFile = (name: string, file: string): string => {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new KioskError('key_unreadable', `the file of ${name} cannot be read. Check its path.`);
  }
};

const keyOf = (name: string, file: string | undefined, hex: unknown): Uint8Array => {
  const text = file === undefined ? textOf(hex) : readKeyFile(name, file);
  const key = fromHex(text);
  if (key?.length !== KEY_BYTES) {
    throw new KioskError('key_invalid', `${name} must be 64 hex digits. Check the key's file.`);
  }
  return key;
};

const flagOr = (flag: string | undefined, value: unknown): number =>
  flag === undefined ? numberOf(value) : Number(flag);

/** What is sold where the terminal stands. */
const productsOf = (local: Json, region: string): readonly Product[] =>
  listOf(local.products)
    .filter((product) => product.region === undefined || product.region === region)
    .map((product) => ({
      sku: textOf(product.sku),
      unitPriceMinor: numberOf(product.unitPriceMinor),
      currency: numberOf(product.currency),
      openNow: product.openNow === true,
    }));

const localeOf = (flag: string | undefined, region: string): string =>
  flag ?? ({ KR: 'ko-KR', CN: 'zh-CN' }[region] || 'en-US');

/** Settings, or `help`; throws KioskError. */
export const readKioskSettings = (
  args: readonly string[],
  localFile: string = LOCAL_FILE,
): KioskSettings | 'help' => {
  const flags = parseFlags(args);
  if (flags.help) {
    return 'help';
  }
  const local = readLocal(flags.local ?? localFile);
  const bridge = objectOf(local.bridge);
  const terminal = objectOf(local.terminal);
  const host = flags.host ?? textOf(bridge.host);
  if (host === '') {
    throw new KioskError(
      'system_not_running',
      'the local system is not running. Run `npm start` first and wait for "ready", or give --host and the rest (see --help).',
    );
  }
  const region = textOf(terminal.region) || 'KR';
  return {
    host,
    port: integer('bridge-port', flagOr(flags['bridge-port'], bridge.port), 1, 65_535),
    terminal: integer('terminal', flagOr(flags.terminal, terminal.id), 1, U32_MAX),
    keyVersion: integer(
      'key-version',
      flagOr(flags['key-version'], terminal.keyVersion),
      0,
      KEY_VERSION_MAX,
    ),
    linkKey: keyOf('the link key', flags['link-key-file'], terminal.linkKey),
    messageKey: keyOf('the message key', flags['message-key-file'], terminal.messageKey),
    region,
    products: productsOf(local, region),
    customers: listOf(local.users).map((user) => ({
      id: textOf(user.id),
      identifier: textOf(user.identifier),
      entryMode: numberOf(user.entryMode) as EntryMode,
    })),
    ...modemSettingsOf(flags, (message) => {
      throw new KioskError('option_invalid', message);
    }),
    locale: localeOf(flags.locale, region),
    outboxDir: flags.outbox,
    sku: flags.sku,
    identifier: flags.identifier,
    yes: flags.yes,
    screen: flags.screen || flags.yes || flags.sku !== undefined || flags.identifier !== undefined,
    ...pageSettingsOf(flags, numberOf(local.offlineMaxMinor ?? 0)),
  };
};

const parseFlags = (args: readonly string[]): ReturnType<typeof parseAll> => {
  try {
    return parseAll(args);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown option';
    throw new KioskError('option_invalid', `${why} See --help.`);
  }
};

const parseAll = (
  args: readonly string[],
): ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'] =>
  parseArgs({ args: [...args], options: OPTIONS }).values;
