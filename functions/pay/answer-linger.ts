/** How long answers wait for each other, so that those of one batch leave in one send: each send is billed. */
import type { Timers } from '#core/ports.ts';

/** Milliseconds: the messages of a batch are decided this far apart. */
export const ANSWER_LINGER_MS = 5;

export interface AnswerLinger {
  /** A batch of `messages` is in work; Lambda gives a sandbox one batch at a time. */
  begin(messages: number): void;
  /** Resolves at once for a payment that came alone. */
  readonly wait: () => Promise<void>;
}

export const createAnswerLinger = (timers: Timers): AnswerLinger => {
  let batchSize = 0;
  return {
    begin: (messages) => {
      batchSize = messages;
    },
    wait: () => (batchSize > 1 ? timers.sleep(ANSWER_LINGER_MS) : Promise.resolve()),
  };
};
