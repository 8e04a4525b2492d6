/** What a change of the table tells the outside: one event per transition, with an id that follows from what changed. Pure. */
import type { CodeName } from '#protocol/codes.ts';
import type { RequestKey } from '#protocol/request.ts';
import type { CaseKind, CaseReason, CaseResolution, OperatorCase } from './operator-case.ts';
import type { PaymentShares, RecordedState, RequestRecord, StoredFlag } from './records.ts';
import { DAY_S, dateOfDay } from './window-calendar.ts';

/** Named after the state that a PAY has come into. */
export type PaymentEventType = `payment.${Exclude<RecordedState, 'in_progress'> | 'pending'}`;

/** Everything that a receiver is told of a payment: no identifier, no name, nothing that a person typed. */
export interface PaymentData {
  /** K of the PAY. */
  readonly payment: RequestKey;
  /** Raised at every change of the payment, some of which are no event: a later event has a higher one. */
  readonly revision: number;
  readonly state: RecordedState;
  /** Of the PAY. */
  readonly code: CodeName;
  readonly amountMinor: number;
  readonly postedMinor: number;
  readonly refundedMinor: number;
  /** ISO 4217 number; 0 where a REVERSE came before its PAY. */
  readonly currency: number;
  /** Absent where none was found. */
  readonly user?: string;
  /** Absent where the terminal is unknown. */
  readonly merchant?: string;
  /** When the PAY was decided. */
  readonly decidedAt: string;
  readonly authorisation?: string;
  /** Who carries the money in place of an account of ours. */
  readonly provider?: string;
  readonly shares?: PaymentShares;
  /** Of a stored sale. */
  readonly flags?: readonly StoredFlag[];
  readonly evidence?: {
    readonly items?: readonly string[];
    readonly itemsDigest?: string;
    readonly judgedAt?: string;
  };
}

/** A terminal's number may be drawn by a second device. */
export interface CloneData {
  readonly terminal: number;
  readonly reason: 'sequence_regression' | 'two_connections';
  readonly keyVersion?: number;
  readonly sequence?: number;
  /** Highest number seen before it. */
  readonly highest?: number;
  readonly suspectedAt: string;
}

/** What only a person can settle: goods that are out and not paid, a provider that does not tell. */
export interface CaseData {
  readonly case: string;
  readonly kind: CaseKind;
  readonly reason: CaseReason;
  /** K of the PAY that it is about. */
  readonly payment: RequestKey;
  readonly amountMinor: number;
  readonly currency: number;
  readonly merchant: string;
  /** Absent where a provider has the customer. */
  readonly user?: string;
  readonly openedAt: string;
  /** Of a case that was closed. */
  readonly resolution?: CaseResolution;
  readonly closedAt?: string;
}

interface Envelope<Type extends string, Data> {
  /** Letters, digits and underscores; the same however often the change is read. */
  readonly id: string;
  readonly type: Type;
  /** RFC 3339, UTC, whole seconds. */
  readonly occurredAt: string;
  readonly data: Data;
}

export type PaymentEvent = Envelope<PaymentEventType, PaymentData>;
export type CloneEvent = Envelope<'terminal.clone_suspected', CloneData>;
export type CaseEvent = Envelope<'case.opened' | 'case.closed', CaseData>;
export type OutgoingEvent = PaymentEvent | CloneEvent | CaseEvent;
export type EventType = OutgoingEvent['type'];

/** A change of one row, as the table's stream tells it. */
export type Change =
  | {
      readonly row: 'record';
      readonly before?: RequestRecord;
      readonly after: RequestRecord;
      /** Unix seconds of the change. */
      readonly atS: number;
    }
  | {
      readonly row: 'case';
      readonly before?: OperatorCase;
      readonly after: OperatorCase;
      readonly atS: number;
    }
  | {
      /** A row that was put to tell something, never to be changed. */
      readonly row: 'notice';
      /** Unique among notices. */
      readonly name: string;
      readonly fields: Readonly<Record<string, unknown>>;
      readonly atS: number;
    };

/** The type of the event that a PAY makes when it comes into `state`. */
export const paymentEventType = (state: RecordedState): PaymentEventType =>
  state === 'in_progress' ? 'payment.pending' : `payment.${state}`;

/** The event of a change; undefined where it is no transition that anyone is told of. */
export const eventOf = (change: Change): OutgoingEvent | undefined => {
  switch (change.row) {
    case 'record':
      return paymentEvent(change);
    case 'case':
      return caseEvent(change);
    case 'notice':
      return noticeEvent(change);
  }
};

/** Unix seconds as RFC 3339 in UTC. */
export const timeText = (atS: number): string => {
  const day = Math.floor(atS / DAY_S);
  const second = atS - day * DAY_S;
  const part = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${dateOfDay(day)}T${part(second / 3_600)}:${part((second % 3_600) / 60)}:${part(second % 60)}Z`;
};

type RowChange<Row extends Change['row']> = Extract<Change, { readonly row: Row }>;

/** Letters, digits and underscores of what names a row. */
const idOf = (...parts: readonly (string | number)[]): string =>
  `evt_${parts.join('_').replaceAll(/[^A-Za-z0-9]+/g, '_')}`;

const paymentEvent = ({ before, after, atS }: RowChange<'record'>): PaymentEvent | undefined => {
  const { key, payment, evidence } = after;
  if (payment === undefined || !isTransition(before, after)) {
    return undefined;
  }
  const { state, revision, provider, shares } = payment;
  return {
    id: idOf(key.terminal, key.keyVersion, key.sequence, revision),
    type: paymentEventType(state),
    occurredAt: timeText(atS),
    data: {
      payment: { ...key },
      revision,
      state,
      code: after.code,
      amountMinor: payment.amountMinor,
      postedMinor: payment.postedMinor,
      refundedMinor: payment.refundedMinor,
      currency: payment.currency,
      ...(payment.user === '' ? {} : { user: payment.user }),
      ...(payment.merchant === '' ? {} : { merchant: payment.merchant }),
      decidedAt: timeText(after.decidedAtS),
      ...(after.authorisation === undefined ? {} : { authorisation: after.authorisation }),
      ...(provider === undefined ? {} : { provider: provider.name }),
      ...(shares === undefined ? {} : { shares }),
      ...(evidence?.flags === undefined ? {} : { flags: evidence.flags }),
      ...evidenceOf(evidence),
    },
  };
};

/** Steps at a provider change a record too, and nothing that anyone is told. */
const isTransition = (before: RequestRecord | undefined, after: RequestRecord): boolean => {
  const [from, to] = [before?.payment, after.payment];
  return (
    from?.state !== to?.state ||
    from?.postedMinor !== to?.postedMinor ||
    from?.refundedMinor !== to?.refundedMinor
  );
};

const evidenceOf = (evidence: RequestRecord['evidence']): Pick<PaymentData, 'evidence'> => {
  const { items, itemsDigest, judgedAtS } = evidence ?? {};
  const told = {
    ...(items === undefined ? {} : { items }),
    ...(itemsDigest === undefined ? {} : { itemsDigest }),
    ...(judgedAtS === undefined ? {} : { judgedAt: timeText(judgedAtS) }),
  };
  return Object.keys(told).length === 0 ? {} : { evidence: told };
};

/** Opened once and closed once; that it was found again is no event. */
const caseEvent = ({ before, after, atS }: RowChange<'case'>): CaseEvent | undefined => {
  if (before?.state === after.state) {
    return undefined;
  }
  const { id, state, user, closed } = after;
  return {
    id: idOf('case', id, state),
    type: state === 'open' ? 'case.opened' : 'case.closed',
    occurredAt: timeText(atS),
    data: {
      case: id,
      kind: after.kind,
      reason: after.reason,
      payment: { ...after.payment },
      amountMinor: after.amountMinor,
      currency: after.currency,
      merchant: after.merchant,
      ...(user === '' ? {} : { user }),
      openedAt: timeText(after.openedAtS),
      ...(closed === undefined
        ? {}
        : { resolution: closed.resolution, closedAt: timeText(closed.atS) }),
    },
  };
};

const noticeEvent = ({ name, fields, atS }: RowChange<'notice'>): CloneEvent | undefined => {
  const { kind, terminal, reason, keyVersion, sequence, highest, at } = fields;
  if (kind !== 'clone_suspected') {
    return undefined;
  }
  return {
    id: idOf(name),
    type: 'terminal.clone_suspected',
    occurredAt: timeText(atS),
    data: {
      terminal: Number(terminal),
      reason: reason === 'two_connections' ? reason : 'sequence_regression',
      ...(keyVersion === undefined ? {} : { keyVersion: Number(keyVersion) }),
      ...(sequence === undefined ? {} : { sequence: Number(sequence) }),
      ...(highest === undefined ? {} : { highest: Number(highest) }),
      suspectedAt: timeText(Number(at)),
    },
  };
};
