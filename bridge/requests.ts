/** Requests on their way: sent, waited for, answered on the very socket that asked, or BUSY (ARCHITECTURE.md). */
import type { Crypto } from '#protocol/crypto.ts';
import type { DialectFraming, FrameLook } from '#protocol/dialect.ts';
import { ANSWER_WAIT_MS, RESCUE_READ_MS } from '#protocol/limits.ts';
import { carveCopy } from '#protocol/slab.ts';
import type { Admission } from './admission.ts';
import type { Counters } from './counters.ts';
import { REGION_WAIT_MS, SEND_WAIT_MS } from './limits.ts';
import type { BridgeLog } from './log.ts';
import { PendingTable } from './pending-table.ts';
import type { AnswerReader, RequestQueue, Ticker } from './ports.ts';
import {
  createRequestTexts,
  type RequestTextOf,
  type RequestTextSettings,
} from './request-texts.ts';
import { createRescueRead, type RescueRead } from './rescue-read.ts';
import type { Pending, Session } from './session.ts';
import type { TimerWheel } from './timer-wheel.ts';
import type { Wire } from './wire.ts';

export interface RequestsDeps {
  readonly requests: RequestQueue;
  readonly admission: Admission;
  readonly answers: AnswerReader;
  readonly ticker: Ticker;
  readonly crypto: Crypto;
  readonly counters: Counters;
  readonly log: BridgeLog;
  readonly wheel: TimerWheel<Session>;
  readonly wire: Wire;
  /** Called when a request is settled: the session may go on with what it had sent behind it. */
  readonly settled: (session: Session) => void;
}

export interface RequestsSettings extends RequestTextSettings {
  /** Requests that admission lets wait at a time. */
  readonly pendingMax: number;
}

/** Milliseconds from the receipt of a request to each look after its answer. */
const ANSWER_ROUNDS_MS = {
  rescue: RESCUE_READ_MS[0],
  rescue_again: RESCUE_READ_MS[1],
  busy: ANSWER_WAIT_MS,
} as const;

export class Requests {
  readonly #deps: RequestsDeps;
  readonly #textOf: RequestTextOf;
  readonly #pending: PendingTable;
  readonly #rescueRead: RescueRead;

  constructor(deps: RequestsDeps, settings: RequestsSettings) {
    this.#deps = deps;
    this.#textOf = createRequestTexts(settings);
    this.#pending = new PendingTable(settings.pendingMax);
    this.#rescueRead = createRescueRead(deps);
  }

  get size(): number {
    return this.#pending.size;
  }

  /** From now on every new request gets BUSY. */
  refuseNew(): void {
    this.#deps.admission.close();
  }

  /** Forwards a request frame of an open session, which is pending afterwards; or says BUSY at once. */
  submit(session: Session, framing: DialectFraming, look: FrameLook, frame: Uint8Array): void {
    const nowMs = this.#deps.ticker.nowMs();
    const refused = this.#deps.admission.refuses(look.op, this.#pending.size, nowMs);
    if (refused) {
      this.#deps.counters[refused.counter] += 1;
      this.#sayBusy(session, framing, frame, refused.retryAfterMs);
      return;
    }
    const pending: Pending = {
      number: this.#pending.nextNumber(),
      framing,
      look,
      frame: carveCopy(frame),
      // A request that waited behind another was received before it is its turn.
      receivedAtMs: session.readAtMs,
      sinceMs: nowMs,
      atMs: nowMs,
      next: 'region',
    };
    session.phase = 'pending';
    session.pending = pending;
    this.#pending.add(pending.number, session);
    this.#deps.wheel.cancel(session);
    if (session.region === undefined) {
      this.#deps.wheel.schedule(session, REGION_WAIT_MS);
    } else {
      this.#forward(session, pending, session.region, nowMs);
    }
  }

  /** The region of a session has been read. */
  regionKnown(session: Session, region: string): void {
    session.region = region;
    if (session.pending?.next === 'region') {
      this.#forward(session, session.pending, region, this.#deps.ticker.nowMs());
    }
  }

  /** The deadline of a pending session has come. */
  due(session: Session): void {
    const { pending } = session;
    if (!pending) {
      return;
    }
    switch (pending.next) {
      case 'region':
        this.#deps.counters.region_late += 1;
        this.#forward(session, pending, '', this.#deps.ticker.nowMs());
        break;
      case 'sent':
        pending.next = 'busy';
        this.#deps.admission.late(this.#deps.ticker.nowMs());
        // Whether the queue takes it after all does not matter: the terminal asks again with the same bytes.
        this.#deps.counters.busy_queue += 1;
        this.#deps.log.write('warn', 'request_not_sent', { pending: this.#pending.size });
        this.#busy(session, pending);
        break;
      case 'rescue':
        this.#await(session, pending, 'rescue_again', this.#deps.ticker.nowMs());
        void this.#rescue(session, pending);
        break;
      case 'rescue_again':
        this.#await(session, pending, 'busy', this.#deps.ticker.nowMs());
        void this.#rescue(session, pending);
        break;
      case 'busy':
        this.#deps.counters.busy_no_answer += 1;
        this.#busy(session, pending);
        break;
    }
  }

  /** BUSY to a pending session, as when the bridge goes down. */
  giveUp(session: Session): void {
    if (session.pending) {
      this.#deps.counters.busy_draining += 1;
      this.#busy(session, session.pending);
    }
  }

  /** The session is gone or has been displaced: a reply to it is unmatched from now on. */
  forget(session: Session): void {
    if (session.pending) {
      this.#pending.delete(session.pending.number);
      session.pending = undefined;
    }
  }

  /** Writes an answer to the very socket that asked, if its request is still pending and it answers exactly that. */
  answered(number: number, frame: Uint8Array): void {
    const session = this.#waiting(number);
    const pending = session?.pending;
    if (session && pending?.framing.isAnswerTo(frame, pending.frame)) {
      this.#answer(session, pending, frame);
    } else {
      this.#deps.counters.reply_unmatched += 1;
    }
  }

  /** The end-to-end tag of a request was wrong. */
  faulted(number: number): void {
    const { counters, wire } = this.#deps;
    const session = this.#waiting(number);
    const pending = session?.pending;
    if (session && pending) {
      counters.fault_replies += 1;
      this.#settle(session, () => wire.fault(session, 'mac_invalid', { frame: pending.frame }));
    } else {
      counters.reply_unmatched += 1;
    }
  }

  /** The session whose pending request has that number, and through it the very socket that asked. */
  #waiting(number: number): Session | undefined {
    const session = this.#pending.get(number);
    return session?.socket.destroyed ? undefined : session;
  }

  #forward(session: Session, pending: Pending, region: string, nowMs: number): void {
    this.#deps.counters.spread.hop_terminal_ms.observe(nowMs - pending.sinceMs);
    pending.atMs = nowMs;
    pending.next = 'sent';
    this.#deps.wheel.schedule(session, SEND_WAIT_MS);
    const text = this.#textOf(session, pending.framing, region);
    const carried = pending.framing.toEnvelope(pending.frame);
    const body = text.write(pending.number, pending.receivedAtMs, carried);
    if (session.hello.contested) {
      const { contested: _told, ...hello } = session.hello;
      session.hello = hello;
    }
    this.#deps.counters.requests += 1;
    this.#deps.admission.leave();
    this.#deps.requests.send(body).then(
      () => this.#sent(session, pending),
      () => this.#sendFailed(session, pending),
    );
  }

  #sent(session: Session, pending: Pending): void {
    const nowMs = this.#deps.ticker.nowMs();
    this.#deps.admission.sent(pending.next !== 'sent', nowMs);
    if (session.pending === pending) {
      this.#deps.counters.spread.hop_queue_ms.observe(nowMs - pending.atMs);
      pending.atMs = nowMs;
      this.#await(session, pending, 'rescue', nowMs);
    }
  }

  #sendFailed(session: Session, pending: Pending): void {
    this.#deps.admission.failed(pending.next !== 'sent', this.#deps.ticker.nowMs());
    this.#deps.counters.requests_failed += 1;
    this.#deps.log.write('warn', 'request_not_sent', { pending: this.#pending.size });
    if (session.pending === pending) {
      this.#deps.counters.busy_queue += 1;
      this.#busy(session, pending);
    }
  }

  async #rescue(session: Session, pending: Pending): Promise<void> {
    const answer = await this.#rescueRead(pending.framing, pending.look, pending.frame);
    if (answer && session.pending === pending) {
      this.#deps.counters.answers_rescued += 1;
      this.#answer(session, pending, answer);
    }
  }

  #answer(session: Session, pending: Pending, frame: Uint8Array): void {
    const { counters, ticker } = this.#deps;
    const nowMs = ticker.nowMs();
    counters.answers += 1;
    counters.answer_ms += nowMs - pending.sinceMs;
    counters.spread.hop_answer_ms.observe(nowMs - pending.atMs);
    counters.spread.request_ms.observe(nowMs - pending.sinceMs);
    this.#settle(session, () =>
      this.#deps.wire.write(session, pending.framing.fromEnvelope(frame, pending.frame)),
    );
    if (pending.look.op === 'pay') {
      session.sales += 1;
      counters.spread.bytes_per_sale.observe(session.bytesSinceSale);
      session.bytesSinceSale = 0;
    }
  }

  #busy(session: Session, pending: Pending): void {
    this.#settle(session, () =>
      this.#sayBusy(session, pending.framing, pending.frame, this.#deps.admission.retryAfterMs()),
    );
  }

  #settle(session: Session, tell: () => void): void {
    this.forget(session);
    session.phase = 'open';
    this.#deps.wheel.cancel(session);
    tell();
    this.#deps.settled(session);
  }

  /** Sets what the next deadline is for, counted from the receipt of the request. */
  #await(
    session: Session,
    pending: Pending,
    next: keyof typeof ANSWER_ROUNDS_MS,
    nowMs: number,
  ): void {
    pending.next = next;
    const goneMs = nowMs - pending.sinceMs;
    this.#deps.wheel.schedule(session, Math.max(0, ANSWER_ROUNDS_MS[next] - goneMs));
  }

  #sayBusy(
    session: Session,
    framing: DialectFraming,
    frame: Uint8Array,
    retryAfterMs: number,
  ): void {
    const { keys, keyVersion } = session;
    if (keys) {
      const busy = framing.encodeBusy(frame, retryAfterMs, keys.down, keyVersion);
      this.#deps.wire.write(session, busy);
    }
  }
}
