/** What the bridge under measurement and its clients agree on. */

export const TERMINAL_FIRST = 1_001;
/** Terminals whose PAY is answered: as many as ever ask at a time. */
export const TERMINALS_ANSWERED = 1_000;
/** Of the worked example: 00 01 .. 1f. */
export const LINK_MASTER: Uint8Array = Uint8Array.from({ length: 32 }, (_, index) => index);
/** Reply of the worked example: code, authorisation, time, amount. */
export const PAY_REPLY_BYTES = 53;

/** In the environment of a bridge that has the limits of a deployed one. */
export const GUARDED = 'BENCH_GUARDED';
