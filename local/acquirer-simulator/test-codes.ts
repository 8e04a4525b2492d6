/** What the simulator does by the last two digits of the code it is shown; docs/providers.md lists the same rows. */
import type { Fault } from './faults.ts';

/** Milliseconds after which a late approval comes: after the deadline of every payment at a kiosk. */
export const LATE_APPROVAL_MS = 90_000;

export type Outcome =
  /** `short`: charges so many minor units less than asked. */
  | { readonly status: 'paid'; readonly short?: number }
  | { readonly status: 'declined'; readonly reason: string }
  /** Pending for so many questions, then paid or declined. */
  | { readonly status: 'pending'; readonly questions: number; readonly ends: 'paid' | 'declined' }
  | { readonly status: 'pending'; readonly late: true };

const declined = (reason: string): Outcome => ({ status: 'declined', reason });

/** By the last two digits; any other code is paid. */
export const TEST_CODES: Readonly<Record<string, Outcome>> = {
  '11': declined('insufficient_funds'),
  '12': declined('limit_exceeded'),
  '13': declined('frequency_exceeded'),
  '14': declined('code_expired'),
  '15': declined('code_unknown'),
  '16': declined('account_blocked'),
  '17': declined('confirmation_required'),
  '18': declined('out_of_stamps'),
  '21': { status: 'pending', questions: 2, ends: 'paid' },
  '22': { status: 'pending', questions: 2, ends: 'declined' },
  '23': { status: 'pending', late: true },
  '36': { status: 'paid', short: 1 },
};

/** Faults of the transport by the last two digits, at each charge with that code. */
export const FAULT_CODES: Readonly<Record<string, Fault>> = {
  '31': 'silent',
  '32': 'lost',
  '33': 'error_before',
  '34': 'error_after',
  '35': 'duplicate',
};

const PAID: Outcome = { status: 'paid' };

const LAST_DIGITS = 2;

/** What becomes of a charge with this code. */
export const outcomeOf = (code: string): Outcome => TEST_CODES[code.slice(-LAST_DIGITS)] ?? PAID;

/** The fault that a charge with this code meets. */
export const faultOf = (code: string): Fault | undefined => FAULT_CODES[code.slice(-LAST_DIGITS)];
