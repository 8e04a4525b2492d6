/** What a page may ask for, checked field by field: it runs in a browser, which is not ours. */
import type { EntryMode } from '#protocol/request.ts';
import type { KioskAction } from '../content/kiosk-view.ts';
import { isLanguage } from '../content/languages.ts';

/** Bytes of one action: the longest identifier, twice, in JSON. */
export const ACTION_BYTES_MAX = 4_096;

const SIMPLE = [
  'empty',
  'checkout',
  'back',
  'done',
  'retry',
  'cancel',
  'accept_offline',
  'deliver_now',
] as const;

const isSimple = (type: unknown): type is (typeof SIMPLE)[number] =>
  SIMPLE.some((simple) => simple === type);
const isEntryMode = (value: unknown): value is EntryMode =>
  value === 1 || value === 3 || value === 5 || value === 7;

/** Undefined where the text is no action. */
export const parseAction = (text: string): KioskAction | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null
      ? actionOf(value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
};

const actionOf = (value: Readonly<Record<string, unknown>>): KioskAction | undefined => {
  const { type } = value;
  if (isSimple(type)) {
    return { type };
  }
  switch (type) {
    case 'add':
    case 'take':
      return typeof value.sku === 'string' ? { type, sku: value.sku } : undefined;
    case 'identify':
      return typeof value.text === 'string' && isEntryMode(value.entryMode)
        ? { type, text: value.text, entryMode: value.entryMode }
        : undefined;
    case 'pin':
    case 'promotion':
      return typeof value.text === 'string' ? { type, text: value.text } : undefined;
    case 'card':
      return typeof value.index === 'number' ? { type, index: value.index } : undefined;
    case 'language':
      return isLanguage(value.language) ? { type, language: value.language } : undefined;
    case 'modem':
      return typeof value.on === 'boolean' ? { type, on: value.on } : undefined;
    default:
      return undefined;
  }
};
