/** Payments: found, told, followed, given back. */
import { CliError, EXIT } from '../cli-error.ts';
import { type Context, listAll, type Register, write } from '../context.ts';
import { fieldsText, type Row, show, showRows, tableText, timeText } from '../output.ts';
import { tell } from '../result.ts';

/** Milliseconds between two looks of `tail`. */
export const TAIL_MS = 2_000;
/** Payments of one look: more in two seconds are for another tool. */
const TAIL_PAYMENTS_MAX = 100;
/** Payments that `tail` remembers having told. */
const TOLD_MAX = 1_000;

interface Payment {
  readonly key: {
    readonly terminal: number;
    readonly keyVersion: number;
    readonly sequence: number;
  };
  readonly decidedAtS: number;
  readonly state: string;
  readonly code: string;
  readonly merchant: string;
  readonly user: string;
  readonly amountMinor: number;
  readonly refundedMinor: number;
  readonly currency: number;
  readonly items?: readonly string[];
}

const COLUMNS = ['payment', 'decided', 'state', 'code', 'amount', 'cur', 'user'];

const nameOf = ({ key }: Payment): string => `${key.terminal}-${key.keyVersion}-${key.sequence}`;

const rowOf = (payment: Payment): Row => ({
  payment: nameOf(payment),
  decided: timeText(payment.decidedAtS),
  state: payment.state,
  code: payment.code,
  amount: payment.amountMinor,
  cur: payment.currency,
  user: payment.user,
});

/** `1001-1-7`, or the three numbers apart; as the path of the API has it. */
const pathOf = (name: string): string => {
  const parts = name.split('-');
  if (parts.length !== 3 || !parts.every((part) => /^\d+$/.test(part))) {
    throw new CliError(
      EXIT.usage,
      `${name} is no payment.`,
      'A payment is terminal-keyVersion-sequence, such as 1001-1-7: see `cosmopay payment list`.',
    );
  }
  return `/v1/payments/${parts.join('/')}`;
};

export const registerPayments: Register = (program, run) => {
  const payment = program.command('payment').description('payments');
  payment
    .command('list')
    .description('the newest first; of today, where nothing is named')
    .option('--terminal <id>')
    .option('--user <id>')
    .option('--merchant <id>')
    .option('--day <date>', 'of UTC, YYYY-MM-DD')
    .option('--state <state>', 'held, posted, voided, expired, declined, partly_refunded, refunded')
    .option('--code <code>', 'approved, sold_out, …')
    .option('--max <n>', 'at most so many', '50')
    .action(
      run(async (context: Context, { max, ...query }: { max: string } & Record<string, string>) => {
        const found = await listAll<Payment>(context, '/v1/payments', query, Number(max));
        showRows(context.output, found, COLUMNS, rowOf);
      }),
    );
  payment
    .command('show <payment>')
    .description('its whole story')
    .action(
      run(async ({ api, output }: Context, name: string) => {
        const { body } = await api.ask('GET', `${pathOf(name)}/story`);
        show(output, body, () => storyText(body as unknown as Story));
      }),
    );
  program
    .command('refund <payment>')
    .description('gives money back')
    .requiredOption('--amount <minor>', 'in minor units')
    .requiredOption('--reason <text>', 'for the trail; no names')
    .action(
      run(async (context: Context, name: string, options: { amount: string; reason: string }) =>
        tell(
          context,
          await write(context, 'POST', `${pathOf(name)}/refunds`, {
            amountMinor: Number(options.amount),
            reason: options.reason,
          }),
        ),
      ),
    );
  program
    .command('tail')
    .description('payments as they come, until Ctrl-C')
    .option('--merchant <id>')
    .option('--terminal <id>')
    .action(run(tail));
};

interface Story {
  readonly record: Readonly<Record<string, unknown>>;
  readonly timeline: readonly {
    readonly atS: number;
    readonly what: string;
    readonly code?: string;
    readonly movedMinor?: number;
    readonly byOperator?: true;
  }[];
  readonly cases: readonly object[];
  readonly answer?: {
    readonly title: string;
    readonly parts: readonly Readonly<Record<string, unknown>>[];
  };
}

const storyText = ({ record, timeline, cases, answer }: Story): string => {
  const { payment, lines, evidence, ...rest } = record;
  const parts = answer?.parts.map(({ name, value, meaning }) => ({
    field: String(name),
    value: String(value),
    meaning: meaning === undefined ? '' : String(meaning),
  }));
  return [
    fieldsText({ ...rest, ...(payment as object) }),
    tableText(
      ['at', 'what', 'code', 'moved', 'by'],
      timeline.map(({ atS, what, code, movedMinor, byOperator }) => ({
        ...{ at: timeText(atS), what, code, moved: movedMinor },
        by: byOperator === true ? 'operator' : '',
      })),
    ),
    tableText(['account', 'amountMinor'], (lines ?? []) as readonly Row[]),
    `evidence  ${JSON.stringify(evidence ?? {})}`,
    ...(cases.length === 0 ? [] : [cases.map(fieldsText).join('\n\n')]),
    ...(parts === undefined
      ? []
      : [`answer: ${answer?.title}\n${tableText(['field', 'value', 'meaning'], parts)}`]),
  ].join('\n\n');
};

/** Each payment once, in every state that a look finds it in. */
const tail = async (
  context: Context,
  query: { readonly merchant?: string; readonly terminal?: string },
): Promise<void> => {
  const { output } = context;
  const told = new Set<string>();
  let going = true;
  void context.interrupted.then(() => {
    going = false;
  });
  output.err('Following payments; Ctrl-C ends it.');
  for (let first = true; going; first = false) {
    const found = await listAll<Payment>(context, '/v1/payments', { ...query }, TAIL_PAYMENTS_MAX);
    for (const payment of [...found].reverse()) {
      const name = `${nameOf(payment)} ${payment.state} ${payment.refundedMinor}`;
      if (!told.has(name) && !first) {
        const { decided, state, code, amount, user } = rowOf(payment);
        const line = `${decided}  ${nameOf(payment)}  ${state}  ${code}  ${amount}  ${user}`;
        output.out(output.json ? JSON.stringify(payment) : line);
      }
      told.add(name);
    }
    for (const name of [...told].slice(0, Math.max(0, told.size - TOLD_MAX))) {
      told.delete(name);
    }
    await Promise.race([context.sleep(TAIL_MS), context.interrupted]);
  }
};
