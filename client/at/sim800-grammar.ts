/** How a SIM800 words its prompt, its data and its notices. */
import type { AtGrammar } from './at-tokenizer.ts';

const GREATER_THAN = 0x3e;

export const sim800Grammar: AtGrammar = {
  promptByte: GREATER_THAN,
  dataLength: (line) => {
    const match = /^\+CIPRXGET: 2,\d,(\d{1,4}),\d{1,5}$/.exec(line);
    return match === null ? undefined : Number(match[1]);
  },
};

export type Sim800Notice =
  | { readonly kind: 'readable'; readonly link: number }
  | { readonly kind: 'closed'; readonly link: number }
  | { readonly kind: 'bearer_lost' };

/** What an unsolicited line says about our links; undefined for all the rest (SMS, time zone, voltage). */
export const parseSim800Notice = (line: string): Sim800Notice | undefined => {
  const readable = /^\+CIPRXGET: 1,(\d)$/.exec(line);
  if (readable !== null) {
    return { kind: 'readable', link: Number(readable[1]) };
  }
  const closed = /^(\d), CLOSED$/.exec(line);
  if (closed !== null) {
    return { kind: 'closed', link: Number(closed[1]) };
  }
  return line === '+PDP: DEACT' ? { kind: 'bearer_lost' } : undefined;
};
