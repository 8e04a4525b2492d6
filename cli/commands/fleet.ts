/** What is done with terminals and users besides entering them. */
import { type Context, type Register, type With, write } from '../context.ts';
import { fieldsText, show } from '../output.ts';
import { tell } from '../result.ts';
import { groupOf } from './resources.ts';

const TERMINAL_STEPS: readonly (readonly [name: string, path: string, what: string])[] = [
  ['suspend', 'suspend', 'lets it finish what it began, and sell no more'],
  ['resume', 'resume', 'lets it sell again'],
  [
    'rotate',
    'rotate',
    'makes a code for the next key version; both are good until the old is retired',
  ],
  ['enrol', 'enrolment', 'makes a new enrolment code: 15 minutes, five tries, shown once'],
  ['retire', 'retire', 'takes it out of service for good; takes two people'],
];

const act = (run: With, base: string, step: string): ReturnType<With> =>
  run(async (context: Context, id: string) =>
    tell(context, await write(context, 'POST', `${base}/${encodeURIComponent(id)}/${step}`)),
  );

export const registerFleet: Register = (program, run) => {
  const terminal = groupOf(program, 'terminal');
  for (const [name, step, what] of TERMINAL_STEPS) {
    terminal
      .command(`${name} <id>`)
      .description(what)
      .action(act(run, '/v1/terminals', step));
  }
  terminal
    .command('retire-keys <id>')
    .description('ends the key versions below one; takes two people')
    .requiredOption('--below <version>', 'the oldest version that stays good')
    .action(
      run(async (context: Context, id: string, { below }: { below: string }) =>
        tell(
          context,
          await write(context, 'POST', `/v1/terminals/${id}/retire-keys`, { below: Number(below) }),
        ),
      ),
    );
  terminal
    .command('capture <id>')
    .description('has the bridge log its frames, identifiers hidden')
    .option('--minutes <n>', 'for so long; 0 ends it', '15')
    .action(
      run(async (context: Context, id: string, { minutes }: { minutes: string }) =>
        tell(
          context,
          await write(context, 'POST', `/v1/terminals/${id}/capture`, { minutes: Number(minutes) }),
        ),
      ),
    );
  const user = groupOf(program, 'user');
  for (const [name, what] of [
    ['block', 'pays no more, and gets what is owed'],
    ['unblock', 'pays again'],
  ] as const) {
    user
      .command(`${name} <id>`)
      .description(what)
      .action(act(run, '/v1/users', name));
  }
  user
    .command('accounts <id>')
    .description('balance and held money, by currency')
    .action(
      run(async ({ api, output }: Context, id: string) => {
        const { body } = await api.ask('GET', `/v1/users/${encodeURIComponent(id)}/accounts`);
        const accounts = body.accounts as readonly object[];
        show(output, accounts, () => accounts.map(fieldsText).join('\n\n'));
      }),
    );
};
