/** The bridge's figures as plain numbers: counting one is one addition; metrics.ts reads them when asked. */
import type { Dialect } from '#protocol/envelope.ts';
import { STRANGERS, type Stranger } from './detect.ts';
import { Histogram } from './histogram.ts';

export const DIALECTS: readonly Dialect[] = ['cp1', 'iso8583', 'json'];

/** Every event that is counted, with the sentence that /metrics shows. */
export const COUNTED = {
  connections: 'Connections accepted.',
  connections_over_limit: 'Connections closed at once because the task is full.',
  connections_over_memory: 'Connections closed at once because memory is short.',
  connections_per_address:
    'Connections closed at once because too many of their address have not signed on.',
  connections_shut_out: 'Connections closed at once because their address failed too often.',
  closed_silent: 'Connections closed by the peer without a byte (health checks).',
  hellos: 'Valid HELLO frames.',
  hello_bad_tag: 'HELLO frames whose tag does not verify.',
  transport_refused: 'Terminals that came on a way which their settings do not allow.',
  proven_other: 'HELLO of another terminal than the one that TLS has proven.',
  tls_handshakes: 'TLS handshakes completed.',
  tls_failed: 'TLS handshakes that failed.',
  takeovers: 'Connections displaced by a newer one of the same terminal.',
  takeovers_refused: 'Newer connections refused because a takeover had just happened.',
  throttled: 'Times that a terminal was read more slowly because it sends too much.',
  silent_deaths: 'Connections found dead after a silence.',
  bytes_up: 'Bytes of frames from terminals, without TLS.',
  bytes_down: 'Bytes of frames to terminals, without TLS.',
  pings: 'PING frames answered.',
  requests: 'Requests handed to the request queue.',
  requests_failed: 'Requests that the request queue did not take.',
  answers: 'Answers written to the socket that asked.',
  answers_rescued: 'Of these, answers that the bridge read from the table itself.',
  answer_ms: 'Milliseconds from complete request to answer, summed over all answers.',
  fault_replies: 'Requests whose end-to-end tag was wrong.',
  reply_unmatched: 'Replies whose request is no longer waiting on an open socket.',
  reply_malformed: 'Messages on the reply queue that are no reply.',
  reply_fence_lower: 'Replies meant for an earlier owner of the slot.',
  reply_fence_higher: 'Replies meant for a later owner: the lease is lost.',
  rescue_reads: 'Reads of a stored answer.',
  rescue_failed: 'Reads of a stored answer that failed or were skipped.',
  region_late: 'Requests that went without a region.',
  region_failed: 'Region reads that failed or were skipped.',
  busy_queue: 'BUSY because the request queue failed.',
  busy_breaker: 'BUSY because the request queue has been given up for a moment.',
  breaker_opened: 'Times that the request queue was given up.',
  busy_full: 'BUSY because too many requests are pending.',
  busy_no_answer: 'BUSY because no answer came in time.',
  busy_draining: 'BUSY because the bridge goes down or lost its slot.',
  fault_16: 'FAULT 16 sent: the terminal may not come this way.',
  fault_64: 'FAULT 64 sent: framing, or a type that is none.',
  fault_65: 'FAULT 65 sent: version.',
  fault_66: 'FAULT 66 sent: tag, terminal, or no HELLO.',
  fault_70: 'FAULT 70 sent: a field of HELLO.',
  timeout_greeting: 'Connections closed without a valid HELLO in time.',
  timeout_frame: 'Connections closed in the middle of a frame.',
  timeout_idle: 'Connections closed after a long silence.',
  slow_readers: 'Connections closed because they do not read.',
  socket_errors: 'Connections that ended in an error.',
  session_failures: 'Connections cut because handling them failed: a defect of the bridge.',
  goaways: 'GOAWAY frames sent.',
  lease_lost: 'Leases lost.',
} as const;

export type CounterName = keyof typeof COUNTED;

/** Every value whose spread is shown, with its sentence and the upper ends of its buckets. */
export const SPREAD = {
  hop_terminal_ms: {
    help: 'Milliseconds that a request waited for what the table says of its terminal.',
    bounds: [1, 5, 20, 100, 500, 1_000],
  },
  hop_queue_ms: {
    help: 'Milliseconds from handing a request to the queue until the queue had it.',
    bounds: [5, 10, 20, 50, 100, 200, 400, 800],
  },
  hop_answer_ms: {
    help: 'Milliseconds from then until its answer was back.',
    bounds: [20, 50, 100, 200, 500, 1_000, 2_500, 5_000, 15_000],
  },
  request_ms: {
    help: 'Milliseconds from the complete request to its answer on the socket.',
    bounds: [20, 50, 100, 200, 500, 1_000, 2_500, 5_000, 15_000],
  },
  bytes_per_sale: {
    help: 'Bytes of frames, both ways, from one answered sale of a connection to the next.',
    bounds: [128, 160, 280, 400, 600, 1_000, 2_000, 5_000],
  },
  bytes_per_terminal: {
    help: 'Bytes of frames, both ways, on one connection of a terminal.',
    bounds: [280, 1_000, 5_000, 20_000, 100_000, 1_000_000],
  },
} as const;

export type SpreadName = keyof typeof SPREAD;

export interface Counters extends Record<CounterName, number> {
  readonly strangers: Record<Stranger, number>;
  readonly framesUp: Record<Dialect, number>;
  readonly framesDown: Record<Dialect, number>;
  readonly spread: Readonly<Record<SpreadName, Histogram>>;
}

const zeros = <Name extends string>(names: readonly Name[]): Record<Name, number> =>
  Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;

/** All zero. */
export const createCounters = (): Counters => ({
  ...zeros(Object.keys(COUNTED) as CounterName[]),
  strangers: zeros(STRANGERS),
  framesUp: zeros(DIALECTS),
  framesDown: zeros(DIALECTS),
  spread: Object.fromEntries(
    Object.entries(SPREAD).map(([name, { bounds }]) => [name, new Histogram(bounds)]),
  ) as Record<SpreadName, Histogram>,
});
