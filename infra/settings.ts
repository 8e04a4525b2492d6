/** Every number of the deployed system that someone may want to turn, with its unit and its reason. */

/** Threads of the pool: concurrent `pay` invocations the request queue may cause. It bounds the load on the table. */
export const THREAD_POOL_SIZE = 100;
/** Reply queues made in advance: twice the most bridges there may be, since a deploy runs old and new side by side. */
export const REPLY_SLOTS = 16;
/** Bridges: two zones at least, so that one may fail; at most half of the slots. */
export const BRIDGES_MIN = 2;
export const BRIDGES_MAX: number = REPLY_SLOTS / 2;
/** Of Node at the bridge. Young objects get 4 MB in place of 16: what waits for its answer is small, and 10,000 connections then cost half the memory, at the same speed (docs/performance.md). */
export const BRIDGE_NODE_OPTIONS: readonly string[] = [
  '--enable-source-maps',
  '--max-semi-space-size=4',
];
/** Connections after which one more bridge is started; one bridge holds several times as many. */
export const CONNECTIONS_PER_BRIDGE = 10_000;
/** Percent of processor time that the autoscaling of bridges aims at: it leaves room for a failed zone. */
export const BRIDGE_CPU_TARGET_PERCENT = 50;

/** Seconds `pay` may take; the slowest path, with every retry, takes less than half. */
export const PAY_TIMEOUT_S = 6;
/** Messages per invocation: they run side by side, so that more would only lengthen the answer. */
export const PAY_BATCH_SIZE = 10;
/** Memory of `pay`, MB: one full virtual processor, since its time is signing and JSON. */
export const PAY_MEMORY_MB = 1769;
/** Seconds a taken request stays hidden: six times the function's timeout, as AWS advises. */
export const REQUEST_VISIBILITY_S: number = 6 * PAY_TIMEOUT_S;
/** Deliveries of a request before it goes to the dead letters. */
export const REQUEST_RECEIVES_MAX = 5;
/** Seconds a request waits at most: its terminal has asked again long before. */
export const REQUEST_RETENTION_S = 300;
/** Days that dead letters and parked messages are kept: the longest SQS allows. */
export const LETTER_RETENTION_DAYS = 14;
/** Seconds an answer waits for its bridge: afterwards the bridge reads the stored one. */
export const REPLY_RETENTION_S = 60;
/** Seconds a taken answer stays hidden: a bridge that lost its lease leaves it to the next holder. */
export const REPLY_VISIBILITY_S = 5;

/** Seconds for the functions that nobody waits for, and for the page of an operator. */
export const BACKGROUND_TIMEOUT_S = 30;
export const ADMIN_TIMEOUT_S = 15;
/** Seconds for an audit, which reads the whole table: all that Lambda gives. */
export const AUDIT_TIMEOUT_S = 900;
/** Memory of the auditor, MB: its accounts and totals, and a full virtual processor to read with. */
export const AUDIT_MEMORY_MB = 1769;
/** Parts of the accounts and totals, one audited in each hour: raise it where there are more than 200,000 (docs/operations.md). */
export const AUDIT_SHARES = 1;
/** Hours without an audit that came to its end, after which someone is called. */
export const AUDIT_SILENT_H = 2;
/** Memory of every function but `pay` and the auditor, MB. */
export const SMALL_MEMORY_MB = 512;
/** Stream records per projection, and tries before a record is left to the alarm: the stream must not stand still. */
export const PROJECTOR_BATCH_SIZE = 100;
export const PROJECTOR_RETRIES_MAX = 10;
/** Seconds for publisher and deliveries: three tries that take their longest, one after another. */
export const EVENTS_TIMEOUT_S = 30;
/** Stream records per invocation of the publisher. */
export const PUBLISHER_BATCH_SIZE = 100;
/** Deliveries per invocation, side by side: each mostly waits for someone else's server. */
export const DELIVERY_BATCH_SIZE = 10;
/** Deliveries under way in all: what the receivers of this system together are asked to take at once. */
export const DELIVERIES_AT_ONCE = 200;
/** Seconds a taken delivery stays hidden where its function died: six times the function's timeout. */
export const EVENTS_VISIBILITY_S: number = 6 * EVENTS_TIMEOUT_S;
/** Minutes that the publisher may be behind the stream, which forgets after a day, before someone is called. */
export const PUBLISHER_BEHIND_ALARM_MIN = 5;
/** Deliveries that wait for their next try before someone is called: at 120,000 SQS hands out no more of any endpoint. */
export const WAITING_DELIVERIES_ALARM = 60_000;
/** Seconds that a hold waits for its CONFIRM: a vend takes a minute, a customer two. */
export const HOLD_SECONDS = 300;

/** Payment providers by name, as functions/providers.ts reads them; their keys are in the secret of the providers. */
export const PROVIDERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {};

/** Requests per second, and at once, on the admin API: people use it, not machines. */
export const ADMIN_RATE_PER_S = 20;
export const ADMIN_BURST = 40;
/** Name of the stage: the first part of every path. */
export const ADMIN_STAGE = 'prod';
/** Calls of one address in five minutes: a console that is open refreshes every few seconds, several behind one address. */
export const ADMIN_CALLS_PER_ADDRESS = 3_000;
/** Same, of enrolments: an installer sets up a few terminals an hour. Ten is the least that the rule takes. */
export const ENROL_CALLS_PER_ADDRESS = 20;
/** Port on which `cosmopay login` waits for the browser (cli/sign-in.ts): a pool takes no callback with any port. */
export const CLI_SIGN_IN_PORT = 7099;
/** Roles of operators, each a group of the user pool. */
export const OPERATOR_ROLES = ['viewer', 'operator', 'finance', 'security'] as const;
/** Minutes an access token lasts: how long a role that was taken away still works. */
export const OPERATOR_TOKEN_MINUTES = 15;
/** Hours after which an operator signs in again: one working day. */
export const OPERATOR_DAY_HOURS = 12;
/** Characters of an operator's password at least. */
export const OPERATOR_PASSWORD_LENGTH_MIN = 12;

/** Compilations at once: regions and merchants do not wait for each other; two is the least of an SQS mapping. */
export const COMPILERS_MAX = 5;
/** Deliveries of a message before it is put aside: the sweep asks again every minute anyway. */
export const COMPILE_RECEIVES_MAX = 3;
/** Seconds a message waits at most: the sweep has asked again by then. */
export const COMPILE_RETENTION_S = 3_600;

/** Port of the bridge for terminals, and of its health page. */
export const BRIDGE_PORT = 7010;
export const HEALTH_PORT = 7011;
/** Ports of ISO 8583 terminals whose length the first byte cannot tell: in characters, and in binary-coded decimal. */
export const ISO8583_ASCII_PORT = 7012;
export const ISO8583_BCD_PORT = 7013;
/** Seconds between PINGs that WELCOME asks for: below the idle timeouts of the mobile networks met so far. */
export const HEARTBEAT_S = 240;
/** Seconds without a byte after which the load balancer forgets a flow: five heartbeats. */
export const IDLE_TIMEOUT_S: number = 5 * HEARTBEAT_S;
/** Seconds in which the load balancer stops sending new flows to a bridge that leaves. */
export const DEREGISTRATION_DELAY_S = 60;
/** Seconds a bridge has to drain before it is killed: the most that Fargate allows. */
export const STOP_TIMEOUT_S = 120;
/** Open files of a bridge: one per connection, and some. */
export const OPEN_FILES_MAX = 65_536;

/** Days that logs are kept. */
export const LOG_RETENTION_DAYS = 90;
/** Seconds the oldest request may wait before someone is called: a customer stands there. */
export const REQUEST_AGE_ALARM_S = 5;
