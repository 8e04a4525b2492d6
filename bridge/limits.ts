/** Every bound of the bridge, with its unit and its reason. Bounds shared with other processes: protocol/limits.ts. */

/** Milliseconds between two looks at the deadlines: coarse enough to cost nothing, fine enough for a person. */
export const TICK_MS = 100;
/** Connections of one task, by default: about 9 KB each with the kernel's share, and well below 65,535 files. */
export const CONNECTIONS_MAX = 20_000;
/** Connections waiting to be accepted: rides out the reconnect storm after a mast has been down. */
export const LISTEN_BACKLOG = 4_096;
/** Requests without an answer in one task, by default: 2,000 frames and envelopes are about 4 MB. */
export const PENDING_MAX = 2_000;
/**
 * How much of the room for requests (PENDING_MAX, OUTBOX_MAX) an operation may find taken: giving money back goes first when
 * there is too much to do, and a look at what was done goes last.
 */
export const REVERSAL_SHARE = 1;
export const PAYMENT_SHARE = 0.8;
export const ENQUIRY_SHARE = 0.6;
/** Milliseconds that an authenticated, silent connection may stay: below the balancer's 1,200 s. */
export const IDLE_MS = 900_000;
/** Seconds between two PINGs that WELCOME asks for, by default: above what a SIM contract makes dear. */
export const HEARTBEAT_S = 300;
/** Unsent bytes on one connection before it counts as a slow reader: eight frames of the largest size. */
export const WRITE_BUFFER_BYTES_MAX = 8_192;
/** Bytes taken from the kernel at once, into one buffer shared by all connections. */
export const READ_BUFFER_BYTES = 8_192;
/** Milliseconds before a HELLO with a bad tag is answered: guessing gets slow, and timing tells nothing. */
export const BAD_HELLO_DELAY_MS = 1_000;
/** Milliseconds that a connection gets to read its last bytes before it is reset. */
export const LINGER_MS = 2_000;
/** Milliseconds between two takeovers of one terminal: a recorded HELLO cannot keep its owner out (docs/protocol.md, section 4). */
export const TAKEOVER_MS = 10_000;
/** Milliseconds that a request waits for the region read at HELLO before it goes without. */
export const REGION_WAIT_MS = 1_000;
/** Milliseconds that the request queue gets to take a request: with the wheel's two ticks, BUSY is out within 1 s. */
export const SEND_WAIT_MS = 800;
/** Milliseconds that what was read of a terminal at HELLO is believed; the function checks its region in any case. */
export const TERMINAL_TTL_MS = 60_000;
/** Terminals that are remembered: twice the connections of a task. */
export const TERMINAL_ENTRIES_MAX = 40_000;
/** Reads of terminals at the same time: a reconnect storm must not take every connection to the table. */
export const TERMINAL_READS_MAX = 200;
/** Milliseconds between two looks at certificate and key of TLS: renewed ones are due days before the old end. */
export const TLS_RELOAD_MS = 300_000;
/** Names in TLS handshakes whose next try uses the other master: few handshakes fail at a time. */
export const PSK_RETRIES_MAX = 1_000;
/** Rescue reads at the same time: when all replies fail, the rest waits for the next round. */
export const RESCUE_READS_MAX = 100;
/** Milliseconds after which BUSY asks a terminal to come back: jitter parts the herd. */
export interface RetryMs {
  readonly least: number;
  readonly span: number;
}
export const BUSY_RETRY_MS: RetryMs = { least: 1_000, span: 4_000 };
/** The same while the request queue fails: nothing is gained by asking soon. */
export const BREAKER_RETRY_MS: RetryMs = { least: 2_000, span: 28_000 };
/** Milliseconds over which calls to the request queue are judged. */
export const BREAKER_WINDOW_MS = 10_000;
/** Calls within the window below which nothing is concluded: one bad batch is no outage. */
export const BREAKER_CALLS_MIN = 20;
/** Share of them that must have failed. */
export const BREAKER_ERROR_SHARE = 0.5;
/** Milliseconds between two calls that are tried while the queue is given up. */
export const BREAKER_PROBE_MS = 1_000;
/** Milliseconds of jitter in GOAWAY of a drain, on top of the spread of sending. */
export const GOAWAY_JITTER_MS = 1_000;
/** Milliseconds from SIGTERM to the end, by default: within the 120 s that ECS gives. */
export const DRAIN_MS = 100_000;
/** Share of the drain over which GOAWAY is spread, so that the other tasks are not stormed. */
export const DRAIN_SPREAD = 0.6;
/** Share of the drain that must pass without any connection before it ends early: late flows of the balancer. */
export const DRAIN_QUIET = 0.1;
/** Milliseconds between two renewals of the slot's lease. */
export const LEASE_RENEW_MS = 5_000;
/** Rounds over all slots before a task without a slot gives up; a dead owner's slot is free after 40 s. */
export const LEASE_ROUNDS_MAX = 45;
/** Milliseconds between two such rounds. */
export const LEASE_ROUND_MS = 1_000;
/** Milliseconds that the frames of a terminal are logged at most, from its HELLO: an hour in front of the device. */
export const CAPTURE_MS_MAX = 3_600_000;
/** Frames of one connection that are logged at most: 3 KB a line, no more than 1.5 MB. */
export const CAPTURE_FRAMES_MAX = 500;
/** Milliseconds between two log lines of one kind: noise from the internet must not fill the log. */
export const LOG_EVERY_MS = 10_000;
/** Bytes of log that wait for whoever reads it: what a collector that is started anew may miss. Beyond it lines are left out. */
export const LOG_BYTES_MAX = 1_048_576;
/** Milliseconds that the end of the process waits for its last lines to be read. */
export const LOG_FLUSH_MS = 1_000;
/** Addresses with failed tags that are remembered: the oldest goes first. */
export const ADDRESSES_MAX = 10_000;
/** Milliseconds within which failed tags of an address are counted together. */
export const FAILED_WINDOW_MS = 60_000;
/** Failed tags of one address within that time, by default: a carrier's address has thousands of modems, few with wrong keys. */
export const FAILED_TAGS_MAX = 20;
/** Milliseconds that an address is shut out after those, by default. */
export const SHUT_OUT_MS = 600_000;
/** Connections of one address that have not signed on, by default: a mast that comes back, but no flood. */
export const STRANGERS_PER_ADDRESS_MAX = 64;
/** Megabytes of the process beyond which nobody new comes in, by default: three quarters of the task's memory. */
export const MEMORY_MB_MAX = 1_536;
/** Milliseconds between two looks at that. */
export const MEMORY_LOOK_MS = 1_000;
/** Frames of one terminal in a minute, by default: a sale takes two, and no kiosk sells more often than every four seconds. */
export const FRAMES_PER_MINUTE = 30;
/** Frames that may come at once after a rest, by default: HELLO, a sale, its REVERSE, a PING, a look at the catalogue. */
export const FRAMES_BURST = 5;
/** Milliseconds that a terminal waits at most for having sent too much: below the 20 s in which something must happen. */
export const RATE_DEBT_MAX_MS = 10_000;
/** Terminals that just left and whose rate is remembered: those of a few seconds. */
export const RATES_KEPT_MAX = 10_000;
/** Seconds between two PINGs that is never gone below: a SIM contract pays for each. */
export const HEARTBEAT_LEAST_S = 60;
/** Seconds that are tried more once a heartbeat has proven itself. */
export const HEARTBEAT_RAISE_S = 15;
/** Share of the heartbeat from which on a silence says something about the network. */
export const SILENCE_SHARE = 0.8;
/** Silences that a terminal's connection survives before more is tried. */
export const TERMINAL_SURVIVALS = 20;
/** The same for a network; and deaths in it before less is advised to all: one bad terminal is not its network. */
export const PREFIX_SURVIVALS = 200;
export const PREFIX_DEATHS = 3;
/** Networks that something is known of. */
export const PREFIXES_MAX = 10_000;
/** Deaths at the shortest heartbeat after which a terminal is advised to connect per sale. */
export const DEATHS_BEFORE_ON_DEMAND = 3;
/** Messages waiting for the request queue, or on their way, by default: beyond it terminals hear BUSY at once. */
export const OUTBOX_MAX = 1_000;
