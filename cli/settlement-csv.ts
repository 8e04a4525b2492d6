/** A settlement as a file for a spreadsheet (RFC 4180): a line for each day and currency, amounts in minor units. */
import { stringify } from 'csv-stringify/sync';
import { guarded } from './csv-cells.ts';

export interface SettlementDays {
  readonly merchant: string;
  readonly days: readonly {
    readonly day: string;
    readonly currency: number;
    readonly figures: Readonly<Record<string, number>>;
  }[];
}

export const settlementCsv = ({ merchant, days }: SettlementDays): string => {
  const names = Object.keys(days[0]?.figures ?? {});
  return stringify(
    [
      ['merchant', 'day', 'currency', ...names],
      ...days.map(({ day, currency, figures }) => [
        guarded(merchant),
        day,
        currency,
        ...names.map((name) => figures[name]),
      ]),
    ],
    { record_delimiter: 'windows' },
  );
};
