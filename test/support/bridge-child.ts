/** The bundle of the bridge as a process of its own, and what it logs. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';

export interface BridgeLogLine {
  readonly event: string;
  readonly port?: number;
  readonly healthPort?: number;
  readonly slot?: number;
  readonly fence?: number;
}

export class BridgeChild {
  readonly child: ChildProcess;
  readonly exit: Promise<number | NodeJS.Signals | null>;
  readonly #lines: BridgeLogLine[] = [];
  readonly #log: Interface | undefined;
  #wake: () => void = () => undefined;

  constructor(file: string, env: Readonly<Record<string, string>>) {
    this.child = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    this.exit = new Promise((resolve) => {
      this.child.once('exit', (code, signal) => resolve(code ?? signal));
    });
    if (this.child.stdout) {
      this.#log = createInterface({ input: this.child.stdout }).on('line', (line) => {
        this.#lines.push(JSON.parse(line));
        this.#wake();
      });
    }
  }

  /** From now on its log is read by nobody, and nobody closes it. */
  stopReading(): void {
    this.#log?.pause();
  }

  /** The first line of this event, now or later. */
  async logged(event: string): Promise<BridgeLogLine> {
    for (;;) {
      const line = this.#lines.find((candidate) => candidate.event === event);
      if (line) {
        return line;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
