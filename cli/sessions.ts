/** Who one is signed in as, at which API: a private file of the person, until each token ends. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Session {
  readonly token: string;
  /** Unix milliseconds. */
  readonly untilMs: number;
}

export interface Sessions {
  /** By address of the API, without a slash at its end; those that ended are left out. */
  all(nowMs: number): ReadonlyMap<string, Session>;
  put(api: string, session: Session): void;
  remove(api: string): void;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** `sessions.json` in the person's folder of settings (XDG Base Directory), readable by nobody else. */
export const openSessions = (env: Environment): Sessions => {
  const folder = env.XDG_CONFIG_HOME || join(env.HOME || '.', '.config');
  const file = join(folder, 'cosmopay', 'sessions.json');
  const read = (): Readonly<Record<string, Session>> => {
    try {
      return JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, Session>>;
    } catch {
      return {};
    }
  };
  const write = (sessions: Readonly<Record<string, Session>>): void => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    // Written anew: the mode of a file that is there would stay as it is.
    rmSync(file, { force: true });
    writeFileSync(file, JSON.stringify(sessions), { mode: 0o600 });
  };
  return {
    all: (nowMs) => new Map(Object.entries(read()).filter(([, { untilMs }]) => untilMs > nowMs)),
    put: (api, session) => write({ ...read(), [api]: session }),
    remove: (api) => {
      const { [api]: _gone, ...others } = read();
      write(others);
    },
  };
};
