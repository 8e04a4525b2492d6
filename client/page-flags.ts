/** The flags of the kiosk's page, of what it sells offline, and of the small display beside it. */
import type { ConnectionMode } from '#protocol/cp1/link-codec.ts';
import { AMOUNT_MINOR_MAX } from '#protocol/limits.ts';
import { DISPLAY_CHARSETS, type DisplayCharset } from './content/display-charset.ts';
import { integer, KioskError } from './kiosk-error.ts';

/** For `parseArgs`. */
export const PAGE_OPTIONS = {
  'http-port': { type: 'string', default: '7090' },
  mode: { type: 'string', default: 'session' },
  'offline-max': { type: 'string' },
  tariff: { type: 'string', default: '0.5' },
  display: { type: 'string' },
  'display-charset': { type: 'string', default: 'ascii' },
} as const;

export interface PageSettings {
  /** Of the page, on loopback; 0 for any free one. */
  readonly httpPort: number;
  readonly mode: ConnectionMode;
  /** Largest offline sale, minor units; 0: none is made. */
  readonly offlineMaxMinor: number;
  /** What the SIM card's operator takes for a megabyte. */
  readonly usdPerMb: number;
  /** Serial port of a customer display, and the characters that it has. */
  readonly display: string | undefined;
  readonly displayCharset: DisplayCharset;
}

/** As `parseArgs` gives them. */
export interface PageFlags {
  readonly 'http-port': string;
  readonly mode: string;
  readonly 'offline-max'?: string | undefined;
  readonly tariff: string;
  readonly display?: string | undefined;
  readonly 'display-charset': string;
}

/** Throws KioskError. The offline limit is the local system's where no flag says another. */
export const pageSettingsOf = (flags: PageFlags, localOfflineMaxMinor: number): PageSettings => ({
  httpPort: integer('http-port', Number(flags['http-port']), 0, 65_535),
  mode: oneOf('mode', flags.mode, ['session', 'on-demand']) === 'session' ? 'session' : 'on_demand',
  offlineMaxMinor: integer(
    'offline-max',
    flags['offline-max'] === undefined ? localOfflineMaxMinor : Number(flags['offline-max']),
    0,
    AMOUNT_MINOR_MAX,
  ),
  usdPerMb: tariffOf(flags.tariff),
  display: flags.display,
  displayCharset: oneOf('display-charset', flags['display-charset'], DISPLAY_CHARSETS),
});

const oneOf = <T extends string>(name: string, value: string, choices: readonly T[]): T => {
  const choice = choices.find((each) => each === value);
  if (choice === undefined) {
    throw new KioskError('option_invalid', `--${name} must be one of ${choices.join(', ')}.`);
  }
  return choice;
};

const tariffOf = (text: string): number => {
  const usdPerMb = /^\d{1,4}(\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(usdPerMb)) {
    throw new KioskError('option_invalid', '--tariff must be a price such as 0.50.');
  }
  return usdPerMb;
};
