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
/** Pauses between rounds of what waits in the outbox, before jitter; the last one repeats for ever. */
export const BACKOFF_MS: readonly number[] = [5_000, 15_000, 60_000, 300_000, 3_600_000];
/** Share of a pause that jitter takes off: kiosks that lost one network do not come back in step. */
export const JITTER_SHARE = 0.25;
/** Pauses between two tries to keep a standing connection; the last one repeats. */
export const STANDING_BACKOFF_MS: readonly number[] = [2_000, 5_000, 15_000, 60_000, 300_000];
/** How often a standing connection is looked at: it may have closed by itself. */
export const STANDING_LOOK_MS = 5_000;
/** PONG has to come within this: the round trip of a bad cell, twice. */
export const PONG_MS = 15_000;
/** WELCOME has to come within this where something depends on it. */
export const WELCOME_MS = 15_000;
/** Seconds between two PINGs until WELCOME has told its own. */
export const HEARTBEAT_S = 300;
/** A connection for one sale is kept this long after it, for the next customer in the queue. */
export const LINGER_MS = 10_000;
/** Seconds that the clock may drift before HELLO tells the offset anew for stored sales. */
export const CLOCK_DRIFT_S = 2;
/** Pause after an undecided answer that names none. */
export const UNDECIDED_MS = 2_000;
/** Longest pause a BUSY, GOAWAY or undecided answer may ask for; a forged-looking value must not stop a kiosk. */
export const PAUSE_MS_MAX = 30_000;
