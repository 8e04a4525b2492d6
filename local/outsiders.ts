/** Whom the demo deals with outside: an acquirer that carries payments, and a receiver that is told of them. */
import { join } from 'node:path';
import type { TableAccess } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import { createEndpointStore } from '#adapters/dynamodb/endpoint-store.ts';
import { EVENTS_LOG } from './data-folder.ts';
import { startAcquirer } from './stand-ins/acquirer.ts';
import { LOG_ENDPOINT, OWN_ENDPOINT, startReceiver } from './stand-ins/receiver.ts';
import type { Secrets } from './stand-ins/secrets.ts';

export interface Outsiders {
  /** What the functions are given in place of the template's settings: these two, and a hold as long as asked for. */
  readonly settings: Readonly<Record<string, string>>;
  readonly events: { readonly log: string; readonly secret: string };
  /** Sets the receiver up as an endpoint, and the one at `webhook` beside it. */
  putEndpoints(access: TableAccess, webhook: string | undefined): Promise<void>;
}

/** Resolves once both listen. */
export const startOutsiders = async (
  {
    secrets,
    dir,
    holdSeconds,
  }: {
    readonly secrets: Secrets;
    readonly dir: string;
    readonly holdSeconds?: number | undefined;
  },
  closers: (() => unknown)[],
): Promise<Outsiders> => {
  const acquirer = await startAcquirer(secrets);
  closers.push(acquirer.close);
  const log = join(dir, EVENTS_LOG);
  const receiver = await startReceiver(secrets, log);
  closers.push(receiver.close);
  return {
    settings: {
      ...acquirer.settings,
      ...receiver.settings,
      ...(holdSeconds === undefined ? {} : { HOLD_SECONDS: String(holdSeconds) }),
    },
    events: { log, secret: receiver.secret },
    putEndpoints: async (access, webhook) => {
      const endpoints = createEndpointStore(access);
      await endpoints.put({
        id: LOG_ENDPOINT,
        url: receiver.url,
        description: 'What `npm run events` follows',
        enabled: true,
      });
      await endpoints.put({
        id: OWN_ENDPOINT,
        url: webhook ?? receiver.url,
        description: 'What `npm start -- --webhook URL` names',
        enabled: webhook !== undefined,
      });
    },
  };
};
