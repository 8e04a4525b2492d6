/** Which terminals are there at this moment, by region and by the signal of their modems. */
import { listDocuments } from '#adapters/dynamodb/documents.ts';
import type { TableAccess } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import { readSeen, type SeenTerminal } from '#adapters/dynamodb/seen-items.ts';
import type { TerminalSource } from '#core/terminal-sources.ts';
import { PAGE_MAX } from '../http/cursor.ts';
import { TERMINAL } from './terminal-document.ts';

/** Seconds since a terminal was heard of, within which it counts as online: a bridge hears of an idle one less often. */
export const ONLINE_S = 900;
/** Terminals that are looked at: 20 pages and as many batches, at every question. */
export const FLEET_LOOKED_AT_MAX = 2_000;

/** Signal (AT+CSQ) below which a modem is no use: docs/modems.md. */
export const POOR_SIGNAL = 5;

/** Least signal of each class. */
const SIGNAL_CLASSES = [
  ['good', 15],
  ['fair', POOR_SIGNAL],
  ['poor', 0],
] as const;

export interface Fleet {
  readonly lookedAt: number;
  /** There are others that were not looked at. */
  readonly more: boolean;
  readonly online: number;
  /** Of those online. */
  readonly bySignal: Readonly<Record<'good' | 'fair' | 'poor' | 'unknown', number>>;
  readonly byRegion: readonly {
    readonly region: string;
    readonly known: number;
    readonly online: number;
  }[];
}

/** Reads every terminal that is looked at: whoever asks often keeps it for a while. */
export const readFleet = async (access: TableAccess, nowS: number): Promise<Fleet> => {
  const regions = new Map<string, { known: number; online: number }>();
  const bySignal = { good: 0, fair: 0, poor: 0, unknown: 0 };
  let lookedAt = 0;
  let online = 0;
  let after: string | undefined;
  do {
    const page = await listDocuments<TerminalSource>(access, TERMINAL, { limit: PAGE_MAX, after });
    const seen = await readSeen(
      access,
      page.map(({ content }) => content.id),
    );
    for (const [at, { content }] of page.entries()) {
      const { atS = 0, recent = [] } = seen[at] ?? {};
      const isOnline = nowS - atS <= ONLINE_S;
      const region = regions.get(content.region) ?? { known: 0, online: 0 };
      const one = isOnline ? 1 : 0;
      regions.set(content.region, { known: region.known + 1, online: region.online + one });
      online += one;
      if (isOnline) {
        bySignal[signalClass(recent)] += 1;
      }
    }
    lookedAt += page.length;
    after = page.length < PAGE_MAX ? undefined : page.at(-1)?.id;
  } while (after !== undefined && lookedAt < FLEET_LOOKED_AT_MAX);
  const byRegion = [...regions]
    .map(([region, counts]) => ({ region, ...counts }))
    .sort((a, b) => (a.region < b.region ? -1 : 1));
  const more =
    after !== undefined && (await listDocuments(access, TERMINAL, { limit: 1, after })).length > 0;
  return { lookedAt, more, online, bySignal, byRegion };
};

/** Of its newest request. */
const signalClass = (
  recent: NonNullable<SeenTerminal['recent']>,
): 'good' | 'fair' | 'poor' | 'unknown' => {
  const signal = recent.at(-1)?.signal;
  return (
    SIGNAL_CLASSES.find(([, least]) => signal !== undefined && signal >= least)?.[0] ?? 'unknown'
  );
};
