/** How long a terminal waits for what (defaults; a customer stands in front of it). */

/** T1: from the first sending of a PAY to giving up, connected per sale. */
export const ANSWER_MS_ON_DEMAND = 30_000;
/** T1 with a standing connection. */
export const ANSWER_MS_SESSION = 20_000;
/** The deadline told to the server lies this much before T1, so that no approval comes too late. */
export const DEADLINE_MARGIN_MS = 5_000;
/** The same bytes are sent again after this long without an answer: first on the same connection, then on a new one. */
export const RESEND_MS = 10_000;
/** Trying to get a connection for a PAY that was not sent yet: one opening of a link on GPRS may take 75 s. */
export const CONNECT_MS = 80_000;
/** Between two tries to connect. */
export const RECONNECT_MS = 2_000;
/** After T1 one STATUS gets this long. */
export const STATUS_MS = 10_000;
/** Pauses between rounds of REVERSE; the last one repeats. */
export const REVERSE_BACKOFF_MS: readonly number[] = [5_000, 15_000, 60_000, 300_000, 3_600_000];
/** Pause after an undecided answer that names none. */
export const UNDECIDED_MS = 2_000;
/** Longest pause a BUSY, GOAWAY or undecided answer may ask for; a forged-looking value must not stop a kiosk. */
export const PAUSE_MS_MAX = 30_000;
