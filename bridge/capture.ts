/** The frames of one terminal in the log, for as long as its operator asked for: to see what a device really sends. */
import type { Dialect } from '#protocol/envelope.ts';
import { maskedHex } from './capture-mask.ts';
import { CAPTURE_FRAMES_MAX, CAPTURE_MS_MAX } from './limits.ts';
import type { BridgeLog } from './log.ts';

export class Capture {
  readonly #log: BridgeLog;
  readonly #terminal: number;
  readonly #nowMs: () => number;
  readonly #untilMs: number;
  readonly #askedUntilMs: () => number;
  #left = CAPTURE_FRAMES_MAX;

  constructor(deps: {
    readonly log: BridgeLog;
    readonly terminal: number;
    readonly nowMs: () => number;
    readonly untilMs: number;
    /** Until when it is asked for by now. */
    readonly askedUntilMs: () => number;
  }) {
    this.#log = deps.log;
    this.#terminal = deps.terminal;
    this.#nowMs = deps.nowMs;
    this.#askedUntilMs = deps.askedUntilMs;
    this.#untilMs = Math.min(deps.untilMs, deps.nowMs() + CAPTURE_MS_MAX);
  }

  /** `direction`: up comes from the terminal. Says so once when it ends. */
  frame(direction: 'up' | 'down', dialect: Dialect, frame: Uint8Array): void {
    if (this.#left === 0) {
      return;
    }
    if (this.#nowMs() >= Math.min(this.#untilMs, this.#askedUntilMs())) {
      this.#left = 0;
      this.#log.write('info', 'capture_ended', { terminal: this.#terminal });
      return;
    }
    this.#left -= 1;
    const masked = maskedHex(dialect, frame);
    this.#log.write('info', 'captured', { terminal: this.#terminal, direction, dialect, masked });
    if (this.#left === 0) {
      this.#log.write('info', 'capture_ended', { terminal: this.#terminal });
    }
  }
}
