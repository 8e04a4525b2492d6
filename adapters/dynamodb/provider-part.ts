/** The provider's side of a PAY as one attribute; names are short, since the record must stay one write unit. */
import type { ProviderPart, ProviderTask } from '#core/records.ts';
import { CODES, codeName } from '#protocol/codes.ts';
import type { RequestKey } from '#protocol/request.ts';
import type { Plain } from './attributes.ts';

/** One letter each, never used again for another. */
const TASK_LETTERS = {
  charge: 'c',
  drop: 'd',
  expire: 'e',
  reverse: 'v',
  refund: 'r',
} as const satisfies Record<ProviderTask['what'], string>;

/** n name, h seconds of the hold, l late after, s sent at; of what is open: w what, q questions, c code, b [terminal, key version, sequence], m amount. */
export const providerPlain = (part: ProviderPart): { readonly [name: string]: Plain } => ({
  n: part.name,
  h: part.holdS,
  l: part.lateAfterMs,
  s: part.sentAtMs,
  ...(part.open === undefined ? {} : taskPlain(part.open)),
});

const taskPlain = (task: ProviderTask): { readonly [name: string]: Plain } => ({
  w: TASK_LETTERS[task.what],
  q: task.asked,
  ...('code' in task ? { c: CODES[task.code].code } : {}),
  ...('by' in task ? { b: [task.by.terminal, task.by.keyVersion, task.by.sequence] } : {}),
  ...('amountMinor' in task ? { m: task.amountMinor } : {}),
});

/** The opposite. Throws on what this did not write. */
export const providerFromPlain = (plain: unknown): ProviderPart => {
  const { n, h, l, s, ...task } = plain as Readonly<Record<string, unknown>>;
  return {
    name: String(n),
    lateAfterMs: Number(l),
    ...(h === undefined ? {} : { holdS: Number(h) }),
    ...(s === undefined ? {} : { sentAtMs: Number(s) }),
    ...(task.w === undefined ? {} : { open: taskFromPlain(task) }),
  };
};

const taskFromPlain = ({ w, q, c, b, m }: Readonly<Record<string, unknown>>): ProviderTask => {
  const asked = Number(q);
  switch (w) {
    case TASK_LETTERS.charge:
      return { what: 'charge', asked };
    case TASK_LETTERS.expire:
      return { what: 'expire', asked };
    case TASK_LETTERS.reverse:
      return { what: 'reverse', asked, by: keyFromPlain(b) };
    case TASK_LETTERS.refund:
      return { what: 'refund', asked, by: keyFromPlain(b), amountMinor: Number(m) };
    case TASK_LETTERS.drop: {
      const code = codeName(Number(c));
      if (code !== undefined) {
        return { what: 'drop', asked, code };
      }
    }
  }
  throw new Error('record with an unknown task');
};

const keyFromPlain = (plain: unknown): RequestKey => {
  const [terminal = 0, keyVersion = 0, sequence = 0] = plain as readonly number[];
  return { terminal, keyVersion, sequence };
};
