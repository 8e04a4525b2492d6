/** Steps as they are done, with the seconds since the start; on a terminal also the one under way. */

export interface Progress {
  begin(step: string): void;
  done(step: string): void;
  /** Takes the step under way off the screen. */
  end(): void;
}

/** The part of process.stdout that is used. */
export interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Back to the left margin, and erase to the end of the line. */
const CLEAR = '\r\u001b[K';

export const createProgress = (
  screen: Screen,
  nowMs: () => number = () => performance.now(),
): Progress => {
  const begun = nowMs();
  let open = false;
  const end = (): void => {
    if (open) {
      open = false;
      screen.write(CLEAR);
    }
  };
  return {
    end,
    begin: (step) => {
      end();
      if (screen.isTTY === true) {
        open = true;
        screen.write(`         ${step} ...`);
      }
    },
    done: (step) => {
      end();
      screen.write(`  ${((nowMs() - begun) / 1000).toFixed(1).padStart(5)} s  ${step}\n`);
    },
  };
};
