/** A request's record as an item. Attribute names are short: the whole item must stay one write unit. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type {
  Evidence,
  JournalLine,
  Payment,
  PaymentShares,
  RecordedState,
  RequestRecord,
  StoredFlag,
  TakenAllowance,
} from '#core/records.ts';
import { CODES, type CodeName, codeName } from '#protocol/codes.ts';
import type { EntryMode, RequestKey } from '#protocol/request.ts';
import { fromAttribute, fromItem, numberOf, type Plain, textOf, toItem } from './attributes.ts';
import { providerFromPlain, providerPlain } from './provider-part.ts';
import { dueShard, type Item, itemKey } from './table.ts';

/** Bytes of an item that one write unit pays for. */
export const RECORD_BYTES_MAX = 1024;

/** One letter each, never used again for another. */
const STATE_LETTERS = {
  held: 'h',
  posted: 'p',
  voided: 'v',
  expired: 'e',
  declined: 'd',
  partly_refunded: 'q',
  refunded: 'r',
  in_progress: 'i',
} as const satisfies Record<RecordedState, string>;
const STATES: ReadonlyMap<string, RecordedState> = new Map(
  Object.entries(STATE_LETTERS).map(([state, letter]) => [letter, state as RecordedState]),
);

/** One letter each, never used again for another. */
const FLAG_LETTERS = {
  stored: 's',
  outside_window: 'w',
  price_mismatch: 'p',
  over_limit: 'l',
} as const satisfies Record<StoredFlag, string>;
const FLAGS: ReadonlyMap<string, StoredFlag> = new Map(
  Object.entries(FLAG_LETTERS).map(([flag, letter]) => [letter, flag as StoredFlag]),
);

/**
 * op, dg digest, an answer, cd code number, at decided (unix s), au authorisation, ln lines [{a account, m minor}], cu currency,
 * ik identifier kind, em entry mode, js judged at, ei items, eh their digest, ep promotion, ev catalogue version, fl flag letters,
 * wt waited ms, fb frame bytes, sg signal, ct contested;
 * ab key version and number of the PAY that a change is about; on a PAY the payment attributes too.
 */
export const recordItem = (record: RequestRecord): Item => {
  const { key, op, digest, answer, code, decidedAtS, authorisation, lines, currency } = record;
  const { evidence = {}, about, payment } = record;
  return {
    ...itemKey.record(key),
    ...toItem({
      op,
      dg: digest,
      an: answer,
      cd: CODES[code].code,
      at: decidedAtS,
      au: authorisation,
      ...(lines.length === 0 ? {} : { ln: linesList(lines) }),
      cu: payment === undefined ? currency : undefined,
      ik: evidence.identifierKind,
      em: evidence.entryMode,
      js: evidence.judgedAtS,
      ei: evidence.items?.join('\n'),
      eh: evidence.itemsDigest,
      ep: evidence.promotion,
      ev: evidence.catalogueVersion,
      wt: evidence.waitedMs,
      fb: evidence.frameBytes,
      sg: evidence.signal,
      ct: evidence.contested,
      fl: evidence.flags?.map((flag) => FLAG_LETTERS[flag]).join(''),
      ab: about && `${about.keyVersion}#${about.sequence}`,
    }),
    ...(payment === undefined ? {} : paymentAttributes(key, payment)),
  };
};

/** st state letter, rv revision, am amount, po posted, rf refunded, pc currency, us user, me merchant, tk taken [{i allowance, s shard, n amount, x its bound, m money}], sh shares {r region, t tax, f fee, d discount, p promotion}, pv the provider's part; while held or open dueS and dueShard. */
export const paymentAttributes = (key: RequestKey, payment: Payment): Item =>
  toItem({
    st: STATE_LETTERS[payment.state],
    rv: payment.revision,
    am: payment.amountMinor,
    po: payment.postedMinor,
    rf: payment.refundedMinor,
    pc: payment.currency,
    us: payment.user,
    me: payment.merchant,
    dueS: payment.dueS,
    ...(payment.dueS === undefined ? {} : { dueShard: dueShard(key) }),
    tk: payment.taken?.map(({ id, shard, amount, max, spends }) => ({
      i: id,
      s: shard,
      n: amount,
      x: max,
      m: spends,
    })),
    sh: payment.shares && sharesPlain(payment.shares),
    pv: payment.provider === undefined ? undefined : providerPlain(payment.provider),
  });

/** The opposite of `recordItem`. Throws on an item that this did not write. */
export const recordFromItem = (item: Item): RequestRecord => {
  const code = knownCode(numberOf(item, 'cd'));
  const payment = paymentFromItem(item);
  const lines = linesFromItem(item);
  const currency = payment?.currency ?? optionalNumber(item, 'cu');
  const evidence = evidenceFromItem(item);
  return {
    key: keyFromItem(item),
    op: textOf(item, 'op') as RequestRecord['op'],
    code,
    decidedAtS: numberOf(item, 'at'),
    lines,
    ...(item.dg?.B === undefined ? {} : { digest: item.dg.B }),
    ...(item.an?.B === undefined ? {} : { answer: item.an.B }),
    ...(item.au?.S === undefined ? {} : { authorisation: item.au.S }),
    ...(lines.length === 0 || currency === undefined ? {} : { currency }),
    ...(Object.keys(evidence).length === 0 ? {} : { evidence }),
    ...(item.ab?.S === undefined ? {} : { about: aboutFrom(item.ab.S, keyFromItem(item)) }),
    ...(payment === undefined ? {} : { payment }),
  };
};

const aboutFrom = (text: string, { terminal }: RequestKey): RequestKey => {
  const [keyVersion = 0, sequence = 0] = text.split('#').map(Number);
  return { terminal, keyVersion, sequence };
};

export const linesList = (lines: readonly JournalLine[]): { a: string; m: number }[] =>
  lines.map(({ account, amountMinor }) => ({ a: account, m: amountMinor }));

export const linesFromItem = (item: Item): readonly JournalLine[] =>
  (item.ln?.L ?? []).map((line: AttributeValue) => {
    const { a, m } = fromItem(line.M ?? {});
    return { account: String(a), amountMinor: Number(m) };
  });

/** Bytes as DynamoDB counts them: names and values, 21 at most for a number, 3 for a list or map and 1 for each of its members. */
export const itemBytes = (item: Item): number =>
  Object.entries(item).reduce(
    (sum, [name, value]) => sum + byteLength(name) + valueBytes(value),
    0,
  );

const valueBytes = (value: AttributeValue): number => {
  if (value.S !== undefined) {
    return byteLength(value.S);
  }
  if (value.N !== undefined) {
    return Math.ceil(value.N.length / 2) + 1;
  }
  if (value.L !== undefined) {
    return value.L.reduce((sum, member) => sum + 1 + valueBytes(member), 3);
  }
  return value.M === undefined
    ? (value.B?.length ?? 1)
    : 3 + Object.keys(value.M).length + itemBytes(value.M);
};

const byteLength = (text: string): number => Buffer.byteLength(text);

const keyFromItem = (item: Item): RequestKey => {
  const [, terminal, keyVersion, sequence] = textOf(item, 'pk').split('#').map(Number);
  if (terminal === undefined || keyVersion === undefined || sequence === undefined) {
    throw new Error('record with a key of another form');
  }
  return { terminal, keyVersion, sequence };
};

const paymentFromItem = (item: Item): Payment | undefined => {
  const letter = item.st?.S;
  if (letter === undefined) {
    return undefined;
  }
  const state = STATES.get(letter);
  if (state === undefined) {
    throw new Error('record in an unknown state');
  }
  const dueS = optionalNumber(item, 'dueS');
  return {
    state,
    revision: numberOf(item, 'rv'),
    amountMinor: numberOf(item, 'am'),
    postedMinor: numberOf(item, 'po'),
    refundedMinor: numberOf(item, 'rf'),
    currency: numberOf(item, 'pc'),
    user: textOf(item, 'us'),
    merchant: textOf(item, 'me'),
    ...(dueS === undefined ? {} : { dueS }),
    ...(item.sh?.M === undefined ? {} : { shares: sharesFromItem(item.sh.M) }),
    ...(item.tk === undefined ? {} : { taken: takenFromItem(item.tk) }),
    ...(item.pv === undefined ? {} : { provider: providerFromPlain(fromAttribute(item.pv)) }),
  };
};

const takenFromItem = ({ L: members = [] }: AttributeValue): readonly TakenAllowance[] =>
  members.map((member) => {
    const { i, s, n, x, m } = fromItem(member.M ?? {});
    return {
      id: String(i),
      shard: Number(s),
      amount: Number(n),
      max: Number(x),
      ...(m === undefined ? {} : { spends: true }),
    };
  });

const sharesPlain = (shares: PaymentShares): { readonly [name: string]: Plain } => ({
  r: shares.region,
  t: shares.taxMinor,
  f: shares.feeMinor,
  d: shares.discountMinor,
  p: shares.promotion,
});

const sharesFromItem = (item: Item): PaymentShares => ({
  region: textOf(item, 'r'),
  taxMinor: numberOf(item, 't'),
  feeMinor: numberOf(item, 'f'),
  discountMinor: numberOf(item, 'd'),
  ...(item.p?.S === undefined ? {} : { promotion: item.p.S }),
});

const evidenceFromItem = (item: Item): Evidence => {
  const judgedAtS = optionalNumber(item, 'js');
  const entryMode = optionalNumber(item, 'em');
  const catalogueVersion = optionalNumber(item, 'ev');
  const waitedMs = optionalNumber(item, 'wt');
  const frameBytes = optionalNumber(item, 'fb');
  const signal = optionalNumber(item, 'sg');
  return {
    ...(item.ik?.S === undefined ? {} : { identifierKind: item.ik.S }),
    ...(entryMode === undefined ? {} : { entryMode: entryMode as EntryMode }),
    ...(judgedAtS === undefined ? {} : { judgedAtS }),
    ...(item.ei?.S === undefined ? {} : { items: item.ei.S.split('\n') }),
    ...(item.eh?.S === undefined ? {} : { itemsDigest: item.eh.S }),
    ...(item.ep?.S === undefined ? {} : { promotion: item.ep.S }),
    ...(catalogueVersion === undefined ? {} : { catalogueVersion }),
    ...(waitedMs === undefined ? {} : { waitedMs }),
    ...(frameBytes === undefined ? {} : { frameBytes }),
    ...(signal === undefined ? {} : { signal }),
    ...(item.ct?.BOOL === true ? { contested: true as const } : {}),
    ...(item.fl?.S === undefined ? {} : { flags: [...item.fl.S].map(knownFlag) }),
  };
};

const optionalNumber = (item: Item, name: string): number | undefined =>
  item[name] === undefined ? undefined : numberOf(item, name);

const knownFlag = (letter: string): StoredFlag => {
  const flag = FLAGS.get(letter);
  if (flag === undefined) {
    throw new Error('record with an unknown flag');
  }
  return flag;
};

const knownCode = (code: number): CodeName => {
  const name = codeName(code);
  if (name === undefined) {
    throw new Error('record with an unknown code');
  }
  return name;
};
