/** PAY with a code that a provider redeems: our rules decide first, and what they approve waits, recorded, for the provider. */
import type { PayRequest } from '#protocol/request.ts';
import { lateAfterMs } from './deadline.ts';
import type { Inbound } from './inbound.ts';
import type { Identified } from './pay-case.ts';
import type { Booking } from './ports.ts';
import { type Providers, ShownCode } from './provider.ts';
import type { Shown } from './provider-steps.ts';
import type { IdentifierEntry, Terminal } from './records.ts';

/** Whose code it is, where its provider is configured here. */
export interface Outsider {
  readonly provider: string;
  /** The provider judges its own codes: for our rules it is no one-time code, and belongs to nobody. */
  readonly match: Identified;
  readonly entry: IdentifierEntry;
  readonly shown: Shown;
  /** Sold while the terminal was offline. */
  readonly stored: boolean;
}

/** Undefined where the code is ours, or its provider is not configured for this terminal or in this system. */
export const outsiderOf = (
  providers: Providers | undefined,
  {
    match,
    terminal,
    inbound,
  }: {
    readonly match: Identified | 'unknown' | 'ambiguous';
    readonly terminal: Terminal | undefined;
    readonly inbound: Inbound<PayRequest>;
  },
): Outsider | undefined => {
  if (typeof match === 'string') {
    return undefined;
  }
  const { kind, provider, entryModes } = match.scheme;
  const configured =
    provider !== undefined &&
    terminal?.providers?.includes(provider) === true &&
    providers?.has(provider) === true;
  return configured
    ? {
        provider,
        match: { ...match, scheme: { ...match.scheme, oneTime: false } },
        stored: inbound.stored,
        entry: { user: '', maskedName: '', locale: '', kind, entryModes, failures: 0 },
        shown: {
          identifier: new ShownCode(match.normal),
          kind,
          region: terminal.region,
          lateAfterMs: lateAfterMs(inbound, terminal),
        },
      }
    : undefined;
};

/**
 * The approval as it is recorded before the provider is asked: no answer, no lines, no account, only what it takes of counted
 * rights. Undefined where nothing can be charged: after the fact, since a code lives for a minute, or for nothing.
 */
export const pendingOf = (
  { record, allowances }: Booking,
  { provider, shown, stored }: Outsider,
  holdS: number | undefined,
): Booking | undefined => {
  const { answer: _early, authorisation: _drawn, currency: _none, payment, ...kept } = record;
  if (stored || payment === undefined || payment.amountMinor === 0) {
    return undefined;
  }
  return {
    record: {
      ...kept,
      code: 'in_progress',
      lines: [],
      payment: {
        ...payment,
        state: 'in_progress',
        postedMinor: 0,
        dueS: Math.floor(shown.lateAfterMs / 1000) + 1,
        provider: {
          name: provider,
          lateAfterMs: shown.lateAfterMs,
          ...(holdS === undefined ? {} : { holdS }),
          open: { what: 'charge', asked: 0 },
        },
      },
    },
    ...(allowances === undefined ? {} : { allowances }),
  };
};
