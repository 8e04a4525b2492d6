/** Reads a kiosk's events as its page does, and touches as it does. */
import type { KioskAction, KioskView, ServiceView } from '#client/content/kiosk-view.ts';

/** What the events say, by name, the newest last. */
export class EventReader {
  readonly events: { readonly name: string; readonly value: unknown }[] = [];
  readonly #stop = new AbortController();
  readonly #waiting: (() => void)[] = [];

  constructor(url: string) {
    void this.#read(url).catch(() => undefined);
  }

  close(): void {
    this.#stop.abort();
  }

  newest(name: 'view'): KioskView | undefined;
  newest(name: 'service'): ServiceView | undefined;
  newest(name: string): unknown {
    return this.events.findLast((event) => event.name === name)?.value;
  }

  /** Resolves once the condition holds; the test's own timeout ends it otherwise. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async #read(url: string): Promise<void> {
    const response = await fetch(url, { signal: this.#stop.signal });
    let rest = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      rest += decoder.decode(chunk, { stream: true });
      const messages = rest.split('\n\n');
      rest = messages.pop() ?? '';
      for (const message of messages) {
        const name = /^event: (.*)$/m.exec(message)?.[1];
        const data = /^data: (.*)$/m.exec(message)?.[1];
        if (name !== undefined && data !== undefined) {
          this.events.push({ name, value: JSON.parse(data) });
        }
      }
      for (const wake of this.#waiting.splice(0)) {
        wake();
      }
    }
  }
}

export const touch = (url: string, action: KioskAction): Promise<Response> =>
  fetch(`${url}actions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(action),
  });
