/** How far a long work is: one line that is written over for a person, a line for every tenth elsewhere. */
import type { Output } from './output.ts';

const BAR_COLUMNS = 40;
const TENTHS = 10;

export const createProgress = (
  { isTty, err }: Pick<Output, 'isTty' | 'err'>,
  what: string,
  all: number,
): ((more: number) => void) => {
  let done = 0;
  let told = -1;
  return (more) => {
    done += more;
    const share = all === 0 ? 1 : done / all;
    if (isTty) {
      const bar = '#'.repeat(Math.round(share * BAR_COLUMNS)).padEnd(BAR_COLUMNS, '.');
      err(`\r${bar} ${done} of ${all} ${what}${done >= all ? '\n' : ''}`);
      return;
    }
    const tenth = Math.floor(share * TENTHS);
    if (tenth > told) {
      told = tenth;
      err(`${done} of ${all} ${what}`);
    }
  };
};
