/** Server-sent events to the pages that are open: the newest state, and lines as they happen. */
import type { ServerResponse } from 'node:http';

/** Pages at once: the customer's, the operator's, and a few that were not closed. */
export const STREAMS_MAX = 8;
/** Bytes that a page which stopped reading may leave unread before it is dropped; it connects again by itself. */
export const UNREAD_BYTES_MAX: number = 1024 * 1024;

export class EventStreams {
  readonly #open = new Set<ServerResponse>();

  get size(): number {
    return this.#open.size;
  }

  /** False where too many are open. `first` is written at once. */
  add(response: ServerResponse, first: readonly string[]): boolean {
    if (this.#open.size >= STREAMS_MAX) {
      return false;
    }
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    this.#open.add(response);
    response.on('close', () => this.#open.delete(response));
    response.write(`retry: 1000\n\n${first.join('')}`);
    return true;
  }

  send(message: string): void {
    for (const response of this.#open) {
      if (response.writableLength > UNREAD_BYTES_MAX) {
        this.#open.delete(response);
        response.destroy();
      } else {
        response.write(message);
      }
    }
  }

  close(): void {
    for (const response of this.#open) {
      response.destroy();
    }
    this.#open.clear();
  }
}

/** One event; JSON has no line breaks of its own. */
export const eventOf = (name: string, value: unknown): string =>
  `event: ${name}\ndata: ${JSON.stringify(value)}\n\n`;
