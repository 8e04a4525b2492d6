/** The table of payment identifiers: one row per kind, data only. docs/identifiers.md shows the same rows. */
import {
  CODE_DIGITS,
  CODE_PREFIX,
  CODE_SCHEME,
  codeHandle,
  hasCodeCheck,
} from '#protocol/one-time-code.ts';
import type { EntryMode } from '#protocol/request.ts';
import { looksLikeCard } from './card-number.ts';
import { hasMod37Check } from './check-digits.ts';
import {
  CUSTOMER_CODE_LENGTH_MAX,
  CUSTOMER_CODE_LENGTH_MIN,
  CUSTOMER_CODE_PREFIX,
  readCustomerCode,
} from './emv-customer-code.ts';
import {
  isMerchantCode,
  MERCHANT_CODE_LENGTH_MAX,
  MERCHANT_CODE_LENGTH_MIN,
  MERCHANT_CODE_PREFIX,
} from './emv-merchant-code.ts';
import { isTagNumber, TAG_LENGTHS } from './nfc-tag.ts';
import { asRead, normalise } from './normal-form.ts';
import { hasVoucherCheck, VOUCHER_LENGTH, VOUCHER_PREFIX, voucherForm } from './voucher.ts';

export interface Scheme {
  readonly kind: string;
  /** What it begins with; '' is any. The longest that fits counts. */
  readonly prefixes: readonly string[];
  /** Characters of the whole, prefix included: all between two bounds, or the ones listed. */
  readonly lengths: { readonly min: number; readonly max: number } | readonly number[];
  /** The whole, prefix included. */
  readonly charset: RegExp;
  readonly check?: (normal: string) => boolean;
  /** What of the text counts; absent: `normalise`. */
  readonly form?: (text: string) => string;
  /** How it may be read; none: it is recognised and never accepted. */
  readonly entryModes: readonly EntryMode[];
  /** Countries (ISO 3166-1) it is valid in; absent: everywhere. */
  readonly regions?: readonly string[];
  /** Who redeems it, where that is not our own ledger. */
  readonly provider?: string;
  /** Whether PAY key 11 is required. */
  readonly secondFactor: boolean;
  /** Whether it is good for one payment only. */
  readonly oneTime: boolean;
  /** What is hashed for the look-up, where that is not the whole normal form. */
  readonly lookup?: (normal: string) => string;
}

const DIGITS = /^[0-9]+$/;
const KEYED = 1;
const SCANNED = 3;
const CHIP = 5;
const TAPPED = 7;

/**
 * Of the prefixes of Alipay these are also card numbers: 2-series Mastercard (222100 to 272099, always 16 digits) and
 * Diners Club (300 to 305 and 3095, 14 to 19 digits). With the check digit of a card they are taken for one.
 */
const CARD_LIKE_ALIPAY = /^(?:2[5-7]\d{14}|30\d{14,17})$/;

export const SCHEMES: readonly Scheme[] = [
  {
    kind: 'own.code',
    prefixes: [`${CODE_PREFIX}${CODE_SCHEME}`],
    lengths: [CODE_DIGITS],
    charset: DIGITS,
    check: hasCodeCheck,
    entryModes: [KEYED, SCANNED],
    secondFactor: false,
    oneTime: true,
    lookup: codeHandle,
  },
  {
    kind: 'phone',
    prefixes: ['+'],
    /* E.164: a plus sign and 7 to 15 digits. */
    lengths: { min: 8, max: 16 },
    charset: /^\+[1-9][0-9]+$/,
    entryModes: [KEYED],
    secondFactor: true,
    oneTime: false,
  },
  {
    kind: 'ic.card',
    prefixes: ['IC'],
    /* `IC`, eleven characters and their check character. */
    lengths: [14],
    charset: /^[0-9A-Z]+$/,
    check: (normal) => hasMod37Check(normal.slice(2)),
    entryModes: [KEYED, CHIP, TAPPED],
    secondFactor: false,
    oneTime: false,
  },
  {
    kind: 'nfc.tag',
    prefixes: [''],
    lengths: TAG_LENGTHS,
    charset: /^[0-9A-F]+$/,
    /* Readers write the bytes with colons too. */
    form: (text) => normalise(text).replaceAll(':', ''),
    check: isTagNumber,
    entryModes: [TAPPED],
    secondFactor: false,
    oneTime: false,
  },
  {
    kind: 'voucher',
    prefixes: [VOUCHER_PREFIX],
    lengths: [VOUCHER_LENGTH],
    charset: /^[0-9A-HJKMNP-TV-Z]{13}[0-9A-HJKMNP-Z*~$=]$/,
    form: (text) => voucherForm(normalise(text)),
    check: hasVoucherCheck,
    entryModes: [KEYED, SCANNED],
    secondFactor: false,
    oneTime: false,
  },
  {
    kind: 'wechat.code',
    prefixes: ['10', '11', '12', '13', '14', '15'],
    lengths: [18],
    charset: DIGITS,
    entryModes: [SCANNED],
    provider: 'wechat',
    secondFactor: false,
    oneTime: true,
  },
  {
    kind: 'alipay.code',
    prefixes: ['25', '26', '27', '28', '29', '30'],
    lengths: { min: 16, max: 24 },
    charset: DIGITS,
    check: (normal) => !(CARD_LIKE_ALIPAY.test(normal) && looksLikeCard(normal)),
    entryModes: [SCANNED],
    provider: 'alipay',
    secondFactor: false,
    oneTime: true,
  },
  {
    kind: 'kakaopay.code',
    prefixes: ['281006'],
    lengths: [24],
    charset: DIGITS,
    entryModes: [SCANNED],
    regions: ['KR'],
    provider: 'kakaopay',
    secondFactor: false,
    oneTime: true,
  },
  {
    kind: 'unionpay.code',
    prefixes: ['62'],
    lengths: [19],
    charset: DIGITS,
    /* Cards of UnionPay begin with 62 as well and have a check digit; codes have none. */
    check: (normal) => !looksLikeCard(normal),
    entryModes: [SCANNED],
    provider: 'unionpay',
    secondFactor: false,
    oneTime: true,
  },
  {
    kind: 'emv.cpm',
    prefixes: [CUSTOMER_CODE_PREFIX],
    lengths: { min: CUSTOMER_CODE_LENGTH_MIN, max: CUSTOMER_CODE_LENGTH_MAX },
    charset: /^[0-9A-Za-z+/]+={0,2}$/,
    form: asRead,
    check: (text) => readCustomerCode(text)?.hasCard === false,
    entryModes: [SCANNED],
    provider: 'emv',
    secondFactor: false,
    oneTime: true,
  },
  {
    kind: 'emv.mpm',
    prefixes: [MERCHANT_CODE_PREFIX],
    lengths: { min: MERCHANT_CODE_LENGTH_MIN, max: MERCHANT_CODE_LENGTH_MAX },
    charset: /^[^\p{Cc}]+$/u,
    form: asRead,
    check: isMerchantCode,
    entryModes: [],
    secondFactor: false,
    oneTime: true,
  },
];
