/** One till in five tongues: the same sales over CP1, JSON lines and three ways of ISO 8583, told in the same words. */
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cbor } from './foreign-cbor.ts';
import { type ForeignIsoAnswer, ForeignIsoTerminal } from './foreign-iso-terminal.ts';
import { type ForeignFields, type ForeignPreset, foreignObject } from './foreign-iso8583.ts';
import { ForeignJsonTerminal, type JsonFields } from './foreign-json.ts';
import {
  type ForeignKeys,
  ForeignTerminal,
  type Purchase,
  payBody,
  TYPE,
} from './foreign-terminal.ts';

/** DE 39 of the codes that a story can meet: the protocol page, section 7. */
const ISO: Readonly<Record<number, string>> = {
  0: '00',
  1: '14',
  6: '51',
  7: '61',
  9: '57',
  12: '13',
  14: '94',
  16: '57',
};

export interface Paid {
  /** Number of the PAY among those of the terminal. */
  readonly sequence: number;
  /** DE 39, or what it would be. */
  readonly iso: string;
  readonly answer: Buffer;
  /** The same request again. */
  again(): Promise<Buffer>;
}

export interface DialectTill {
  pay(sale: Purchase): Promise<Paid>;
  confirm(paid: Paid, amountMinor: number): Promise<string>;
  reverse(paid: Paid): Promise<string>;
  refund(paid: Paid, amountMinor: number): Promise<string>;
  /** Number of the state, by any till of the same terminal. */
  state(sequence: number): Promise<number>;
  close(): void;
}

/** Each counts its requests from `first` on. */
export type OpenTill = (socket: Socket, keys: ForeignKeys, first: number) => Promise<DialectTill>;

const cp1Till: OpenTill = async (socket, keys, first) => {
  const line = await new ForeignTerminal(socket, keys).greet();
  let sequence = first;
  const ask = async (
    type: number,
    body: ReadonlyMap<number, Cbor>,
  ): Promise<{ frame: Buffer; body: ReadonlyMap<number, Cbor>; bytes: Buffer }> => {
    sequence += 1;
    const frame = line.codec.encode(type, sequence, body);
    const answer = await line.ask(frame);
    if (!answer.tagOk || answer.type !== (type | 0x80)) {
      throw new Error(`answer of type ${answer.type}`);
    }
    return { frame, ...answer };
  };
  const iso = (body: ReadonlyMap<number, Cbor>): string => ISO[Number(body.get(1))] ?? '??';
  const about = (paid: Paid, ...more: (readonly [number, number])[]): ReadonlyMap<number, Cbor> =>
    new Map<number, Cbor>([[1, paid.sequence], ...more]);
  return {
    async pay(sale) {
      const { frame, body, bytes } = await ask(TYPE.pay, payBody(sale));
      const again = async (): Promise<Buffer> => (await line.ask(frame)).bytes;
      return { sequence, iso: iso(body), answer: bytes, again };
    },
    confirm: async (paid, amount) => iso((await ask(TYPE.confirm, about(paid, [2, amount]))).body),
    reverse: async (paid) => iso((await ask(TYPE.reverse, about(paid, [2, 1]))).body),
    refund: async (paid, amount) => iso((await ask(TYPE.refund, about(paid, [2, amount]))).body),
    state: async (number) => Number((await ask(TYPE.status, new Map([[1, number]]))).body.get(13)),
    close: () => line.close(),
  };
};

const STATES: readonly string[] = [
  'not_found',
  'in_progress',
  'held',
  'posted',
  'voided',
  'expired',
  'declined',
  'partly_refunded',
  'refunded',
];

const jsonTill: OpenTill = async (socket, keys, first) => {
  const line = await new ForeignJsonTerminal(socket, keys).signOn();
  let sequence = first;
  const send = async (text: string): Promise<readonly [JsonFields, string]> => {
    line.send(text);
    const answer = (await line.nextLine()) ?? '{}';
    const fields = JSON.parse(answer) as JsonFields;
    if (fields.op === 'busy') {
      await sleep(Number(fields.retryAfterMs));
      return send(text);
    }
    if (!line.isGenuine(fields) || fields.requestTag !== (JSON.parse(text) as JsonFields).m) {
      throw new Error(`answer ${String(fields.op)}`);
    }
    return [fields, answer];
  };
  const ask = async (op: string, fields: JsonFields): Promise<JsonFields> => {
    sequence += 1;
    return (await send(line.codec.line(op, sequence, fields)))[0];
  };
  const iso = ({ code }: JsonFields): string => ISO[Number(code)] ?? '??';
  const about = ({ sequence: paymentSequence }: Paid, more: JsonFields = {}): JsonFields => ({
    paymentSequence,
    ...more,
  });
  return {
    async pay({ sku, unitPriceMinor, quantity = 1, hold = false, deadlineMs = 20_000, ...sale }) {
      sequence += 1;
      const text = line.codec.line('pay', sequence, {
        identifier: sale.identifier,
        entryMode: sale.entryMode,
        currency: sale.currency,
        amountMinor: unitPriceMinor * quantity,
        items: [{ sku, quantity, unitPriceMinor }],
        deadlineMs,
        mode: hold ? 'hold' : 'sale',
      });
      const [fields, answer] = await send(text);
      const again = async (): Promise<Buffer> => Buffer.from((await send(text))[1]);
      return { sequence, iso: iso(fields), answer: Buffer.from(answer), again };
    },
    confirm: async (paid, amountMinor) => iso(await ask('confirm', about(paid, { amountMinor }))),
    reverse: async (paid) => iso(await ask('reverse', about(paid, { reason: 1 }))),
    refund: async (paid, amountMinor) => iso(await ask('refund', about(paid, { amountMinor }))),
    state: async (paymentSequence) =>
      STATES.indexOf(String((await ask('status', { paymentSequence })).state)),
    close: () => line.close(),
  };
};

const BATCH_NUMBERS = 1_000_000;
/** The least that the bridge asks for where it is busy. */
const BUSY_MS = 1_000;

/** `first` is in the batch that its millions say. */
const isoTill =
  (preset: ForeignPreset): OpenTill =>
  async (socket, keys, first) => {
    const line = await new ForeignIsoTerminal(socket, keys, preset).signOn();
    const batch = Math.floor(first / BATCH_NUMBERS);
    let stan = first % BATCH_NUMBERS;
    const digits = (value: number, count: number): string => String(value).padStart(count, '0');
    const next = (): ForeignFields => {
      stan += 1;
      return line.base(stan, batch);
    };
    const named = (sequence: number): ForeignFields => ({
      61: `${digits(Math.floor(sequence / BATCH_NUMBERS), 6)}${digits(sequence % BATCH_NUMBERS, 6)}${preset === 'cup-pos' ? '1123' : ''}`,
    });
    const send = async (request: Buffer): Promise<ForeignIsoAnswer> => {
      line.send(request);
      const answer = await line.next();
      if (answer?.fields[39] === '91' && line.isFromBridge(answer)) {
        await sleep(BUSY_MS);
        return send(request);
      }
      if (!answer || !line.isAnswer(answer, request)) {
        throw new Error(`no valid answer: ${answer?.mti ?? 'closed'} ${answer?.fields[39] ?? ''}`);
      }
      return answer;
    };
    const ask = async (mti: string, fields: ForeignFields): Promise<string> =>
      (await send(line.request(mti, fields))).fields[39] ?? '??';
    const privateField = preset === 'cup-pos' ? 62 : 48;
    return {
      async pay(sale) {
        const { unitPriceMinor, quantity = 1, hold = false } = sale;
        const request = line.request(hold ? '0100' : '0200', {
          ...next(),
          3: '000000',
          4: digits(unitPriceMinor * quantity, 12),
          22: `0${sale.entryMode}1`,
          49: String(sale.currency),
          [privateField]: Buffer.concat([
            foreignObject('01', sale.identifier),
            foreignObject('02', `${digits(quantity, 4)}${digits(unitPriceMinor, 12)}${sale.sku}`),
          ]),
        });
        const { fields, message } = await send(request);
        const again = async (): Promise<Buffer> => (await send(request)).message;
        const sequence = batch * BATCH_NUMBERS + stan;
        return { sequence, iso: fields[39] ?? '??', answer: message, again };
      },
      confirm: ({ sequence }, amount) =>
        ask('0220', { ...next(), ...named(sequence), 4: digits(amount, 12) }),
      reverse: ({ sequence }) => ask('0420', line.base(sequence % BATCH_NUMBERS, batch)),
      refund: ({ sequence }, amount) =>
        ask('0200', { ...next(), ...named(sequence), 3: '200000', 4: digits(amount, 12) }),
      async state(sequence) {
        const fields = { ...next(), ...named(sequence), 3: '380000' };
        const answer = await send(line.request('0600', fields));
        return Number(/25001(\d)/.exec(answer.fields[privateField] ?? '')?.[1] ?? -1);
      },
      close: () => line.close(),
    };
  };

export const TILLS: Readonly<Record<string, OpenTill>> = {
  cp1: cp1Till,
  json: jsonTill,
  'iso87-binary': isoTill('iso87-binary'),
  'iso87-ascii': isoTill('iso87-ascii'),
  'cup-pos': isoTill('cup-pos'),
};
