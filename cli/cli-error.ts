/** What ends a command other than well: told on the standard error, with what to do, and as an exit code. */

/** For scripts; docs/command-line.md. */
export const EXIT = { ok: 0, refused: 1, usage: 2, unreachable: 3, waits: 4 } as const;

export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exit: number;
  /** One sentence: what to do. */
  readonly advice: string;

  constructor(exit: number, message: string, advice: string) {
    super(message);
    this.exit = exit;
    this.advice = advice;
  }
}
