/** Unsolicited lines that mean the same for every family (3GPP TS 27.007), and then the family's own. */
import type { ModemFamily, ModemNotice } from './modem-family.ts';

/** The network, or the modem itself, gave up the data connection of context 1 or all of them. */
const BEARER_LOST = /^\+CGEV: (NW|ME) (DETACH$|(PDN )?DEACT( "IP".*,| )1\b)/;
/** First words after power-on: whatever was open is gone. */
const RESTARTED = /^(RDY|\*ATREADY: 1|NORMAL POWER DOWN|POWERED DOWN)$/;

export const noticeOf = (family: ModemFamily, line: string): ModemNotice | undefined =>
  BEARER_LOST.test(line) || RESTARTED.test(line) ? { kind: 'bearer_lost' } : family.noticeOf(line);

/** `readable` or `closed` of the link that the pattern's first group names. */
export const linkNotice = (
  kind: 'readable' | 'closed',
  pattern: RegExp,
  line: string,
): ModemNotice | undefined => {
  const link = pattern.exec(line)?.[1];
  return link === undefined ? undefined : { kind, link: Number(link) };
};
