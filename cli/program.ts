/** The whole command line: `cosmopay <what> <do>`, with what it needs of the outside passed in. */
import { Command, CommanderError } from 'commander';
import { type ApiPorts, createApi } from './api.ts';
import { CliError, EXIT } from './cli-error.ts';
import { registerCsv } from './commands/csv.ts';
import { registerDecode } from './commands/decode.ts';
import { registerFleet } from './commands/fleet.ts';
import { registerMoney } from './commands/money.ts';
import { registerPayments } from './commands/payments.ts';
import { registerResources } from './commands/resources.ts';
import { registerSession } from './commands/session.ts';
import type { Context, With } from './context.ts';
import type { Sessions } from './sessions.ts';
import type { SignInPorts } from './sign-in.ts';
import { apiOf, whereOf } from './where.ts';

export interface CliDeps extends ApiPorts {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly isTty: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly interrupted: Promise<void>;
  readonly sessions: Sessions;
  /** For signing in. */
  readonly nowMs: SignInPorts['nowMs'];
  readonly secret: SignInPorts['secret'];
  readonly receive: SignInPorts['receive'];
}

interface Globals {
  readonly api?: string;
  readonly token?: string;
  readonly json?: boolean;
  readonly idempotencyKey?: string;
}

/** Never rejects; the exit code. `args`: without program and script. */
export const runCli = async (args: readonly string[], deps: CliDeps): Promise<number> => {
  const program = createProgram(deps);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    if (error instanceof CliError) {
      deps.err(`${error.message}\n${error.advice}`);
      return error.exit;
    }
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    }
    deps.err(`Something failed here: ${error instanceof Error ? error.message : 'unknown'}`);
    return EXIT.unreachable;
  }
};

const createProgram = (deps: CliDeps): Command => {
  const program = new Command('cosmopay')
    .description('What operators do, for scripts and by hand. Exit codes: docs/command-line.md.')
    .option('--api <url>', 'of the admin API; else COSMOPAY_API, else the system of this folder')
    .option(
      '--token <token>',
      'access token; better in COSMOPAY_TOKEN, which no list of processes shows',
    )
    .option('--json', 'for programs: one JSON document, of lists one a line')
    .option('--idempotency-key <key>', 'of a change: repeated under the same key it is made once')
    .exitOverride()
    .configureHelp({ sortSubcommands: true, showGlobalOptions: false })
    .configureOutput({
      writeOut: (text) => deps.out(text.trimEnd()),
      writeErr: (text) => deps.err(text.trimEnd()),
    });
  const run: With =
    (work) =>
    async (...args) => {
      // Commander hands over the arguments, the options and the command; a command without options takes no notice of them.
      const given = args.slice(0, -1);
      await work(contextOf(deps, program.opts()), ...(given as never));
    };
  registerResources(program, run);
  registerFleet(program, run);
  registerCsv(program, run);
  registerPayments(program, run);
  registerMoney(program, run);
  registerDecode(program, {
    out: deps.out,
    nowMs: deps.nowMs,
    isJson: () => program.opts<Globals>().json === true,
  });
  registerSession(program, {
    ...deps,
    signIn: deps,
    api: () => apiOf(program.opts(), deps.env),
  });
  return program;
};

const contextOf = (deps: CliDeps, globals: Globals): Context => {
  const { out, err, isTty, env, sleep, interrupted, sessions, nowMs } = deps;
  return {
    api: createApi(whereOf(globals, env, sessions.all(nowMs())), deps),
    output: { json: globals.json === true, out, err, isTty },
    idempotencyKey: globals.idempotencyKey,
    sleep,
    interrupted,
  };
};
