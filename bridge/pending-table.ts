/** Sessions whose request has no answer yet, found by its number: an array that is gone round, which makes no garbage as a Map does. */
import type { Session } from './session.ts';

export class PendingTable {
  /** A number's place is its lowest bits. */
  readonly #sessions: (Session | undefined)[];
  readonly #mask: number;
  #lastNumber: number;
  #size = 0;

  /** `max`: requests that ever wait at a time, 1 .. 2^29. `lastNumber`: numbers begin behind it. */
  constructor(max: number, lastNumber: number = 0) {
    // Twice as many places, so that an empty one is near.
    const places = 2 ** Math.ceil(Math.log2(2 * max));
    this.#sessions = new Array<Session | undefined>(places).fill(undefined);
    this.#mask = places - 1;
    this.#lastNumber = lastNumber;
  }

  get size(): number {
    return this.#size;
  }

  /** A number of which there was none before, and whose place is empty. */
  nextNumber(): number {
    do {
      this.#lastNumber += 1;
    } while (this.#sessions[this.#lastNumber & this.#mask]);
    return this.#lastNumber;
  }

  /** The session waits under `number`, which must be the next one. */
  add(number: number, session: Session): void {
    this.#sessions[number & this.#mask] = session;
    this.#size += 1;
  }

  /** The session that waits under `number`. */
  get(number: number): Session | undefined {
    const session = this.#sessions[number & this.#mask];
    return session?.pending?.number === number ? session : undefined;
  }

  /** The session that was added under `number` waits no more. */
  delete(number: number): void {
    this.#sessions[number & this.#mask] = undefined;
    this.#size -= 1;
  }
}
