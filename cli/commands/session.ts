/** Signing in and out. */
import type { Command } from 'commander';
import type { Sessions } from '../sessions.ts';
import { type SignInPorts, signIn } from '../sign-in.ts';

export interface SessionDeps {
  readonly signIn: Omit<SignInPorts, 'tell'>;
  readonly sessions: Sessions;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Address of the API that is meant. */
  readonly api: () => string;
}

export const registerSession = (
  program: Command,
  { signIn: ports, sessions, out, err, api }: SessionDeps,
): void => {
  program
    .command('login')
    .description('signs in at the user pool, with a browser; until the token ends, in an hour')
    .action(async () => {
      const at = api();
      sessions.put(at, await signIn(at, { ...ports, tell: err }));
      out(`Signed in at ${at}.`);
    });
  program
    .command('logout')
    .description('forgets the token of login')
    .action(() => {
      const at = api();
      sessions.remove(at);
      out(`Signed out of ${at}.`);
    });
};
