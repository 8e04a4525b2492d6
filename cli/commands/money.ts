/** Postings, settlements, cases, approvals, the trail. */
import { type Context, listAll, type Register, write } from '../context.ts';
import { fieldsText, type Row, show, showRows, timeText } from '../output.ts';
import { tell } from '../result.ts';
import { documentOf } from '../settings.ts';
import { settlementCsv } from '../settlement-csv.ts';

type Fields = Readonly<Record<string, unknown>>;
const LIST_MAX = 100;

const textRow = (item: Fields, names: readonly string[]): Row =>
  Object.fromEntries(
    names.map((name) => {
      const value = item[name];
      const isTime = typeof value === 'number' && name.endsWith('AtS');
      return [name, isTime ? timeText(value) : String(value ?? '')];
    }),
  );

export const registerMoney: Register = (program, run) => {
  program
    .command('posting <kind>')
    .description('top_up, withdrawal, adjustment, settlement, provider_payout, tax_remittance, …')
    .requiredOption('--id <id>', 'one entry per id, however often it is asked for')
    .requiredOption('--amount <minor>', 'in minor units')
    .requiredOption('--currency <number>', 'ISO 4217: 410 is KRW')
    .option('--user <id>')
    .option('--merchant <id>')
    .option('--reference <text>', "a bank's")
    .option(
      '--set <name=value>',
      'any other field',
      (value, before: string[]) => [...before, value],
      [],
    )
    .action(
      run(
        async (
          context: Context,
          kind: string,
          options: Record<string, string> & { set: string[] },
        ) => {
          const { id, amount, currency, user, merchant, reference, set } = options;
          const fields = { kind, id, amountMinor: Number(amount), currency: Number(currency) };
          const body = documentOf(undefined, set, {
            ...fields,
            ...(user && { user }),
            ...(merchant && { merchant }),
            ...(reference && { reference }),
          });
          tell(context, await write(context, 'POST', '/v1/postings', body));
        },
      ),
    );
  registerSettlement(program, run);
  registerCases(program, run);
  registerApprovals(program, run);
  program
    .command('audit')
    .description('who changed what on a day of UTC, the newest first')
    .requiredOption('--day <date>', 'YYYY-MM-DD')
    .action(
      run(async (context: Context, { day }: { day: string }) => {
        const items = await listAll<Fields>(context, '/v1/audit', { day }, LIST_MAX);
        showRows(context.output, items, ['at', 'actor', 'operation', 'subject'], (entry) => ({
          ...textRow(entry, ['actor', 'operation', 'subject']),
          at: timeText(Math.floor(Number(entry.atMs) / 1000)),
        }));
      }),
    );
};

const registerSettlement: Register = (program, run) => {
  program
    .command('settlement <merchant>')
    .description('what a merchant sold day by day, and what it is owed')
    .requiredOption('--from <date>', 'the first day, YYYY-MM-DD, on its own clock')
    .requiredOption('--to <date>', 'the last day')
    .option('--csv', 'as CSV, for a spreadsheet')
    .action(
      run(async (context: Context, merchant: string, options: Record<string, string>) => {
        const { from, to, csv } = options;
        const path = `/v1/merchants/${encodeURIComponent(merchant)}/settlement`;
        const { body } = await context.api.ask('GET', path, { query: { from, to } });
        const { output } = context;
        if (csv) {
          output.out(settlementCsv(body as never).trimEnd());
          return;
        }
        const days = body.days as readonly { day: string; currency: number; figures: Fields }[];
        show(output, body, () => '');
        if (!output.json) {
          const names = [
            'day',
            'currency',
            'sales',
            'grossMinor',
            'refundedMinor',
            'netMinor',
            'payableMinor',
          ];
          showRows(output, days, names, ({ day, currency, figures }) => ({
            ...textRow(figures, names),
            ...{ day, currency },
          }));
          for (const balance of body.balances as readonly Fields[]) {
            output.out(`\n${fieldsText(balance)}`);
          }
        }
      }),
    );
};

const registerCases: Register = (program, run) => {
  const group = program.command('case').description('what only a person can settle');
  group
    .command('list')
    .option('--state <state>', 'open or closed', 'open')
    .action(
      run(async (context: Context, { state }: { state: string }) => {
        const items = await listAll<Fields>(context, '/v1/cases', { state }, LIST_MAX);
        const names = ['id', 'reason', 'amountMinor', 'currency', 'openedAtS'];
        showRows(context.output, items, names, (item) => textRow(item, names));
      }),
    );
  group
    .command('close <id> <resolution>')
    .description('collected, written_off or not_owed')
    .action(
      run(async (context: Context, id: string, resolution: string) =>
        tell(context, await write(context, 'POST', `/v1/cases/${id}/close`, { resolution })),
      ),
    );
};

const registerApprovals: Register = (program, run) => {
  const group = program.command('approval').description('what waits for a second person');
  group.command('list').action(
    run(async (context: Context) => {
      const items = await listAll<Fields>(context, '/v1/approvals', {}, LIST_MAX);
      const names = ['id', 'operation', 'state', 'requestedBy', 'requestedAtS'];
      showRows(context.output, items, names, (item) => textRow(item, names));
    }),
  );
  for (const decision of ['approve', 'reject'] as const) {
    group
      .command(`${decision} <id>`)
      .description(decision === 'approve' ? 'has it done' : 'has it not done')
      .action(
        run(async (context: Context, id: string) =>
          tell(context, await write(context, 'POST', `/v1/approvals/${id}/${decision}`)),
        ),
      );
  }
};
