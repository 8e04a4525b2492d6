/** SQS for one test file: queues of its own, on a port of its own. */
import { startFauxqs } from 'fauxqs';

const REGION = 'eu-central-1';

export interface TestQueues {
  readonly endpoint: string;
  /** Creates a queue and returns a URL that resolves everywhere. */
  create(name: string, attributes?: Readonly<Record<string, string>>): string;
  /** Bodies that wait in the queue, without taking them. */
  bodies(name: string): readonly string[];
  /** Messages that were taken and neither deleted nor shown again yet. */
  inFlight(name: string): number;
  drop(name: string): void;
  stop(): Promise<void>;
}

/** Starts it and points the SDK of this process to it. */
export const startTestQueues = async (): Promise<TestQueues> => {
  const server = await startFauxqs({ port: 0, logger: false, defaultRegion: REGION });
  const endpoint = `http://127.0.0.1:${server.port}`;
  Object.assign(process.env, {
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_SQS: endpoint,
  });
  return {
    endpoint,
    create: (name, attributes = {}) => {
      server.createQueue(name, { attributes: { ...attributes } });
      return `${endpoint}/000000000000/${name}`;
    },
    bodies: (name) => (server.inspectQueue(name)?.messages.ready ?? []).map(({ body }) => body),
    inFlight: (name) => server.inspectQueue(name)?.messages.inflight.length ?? 0,
    drop: (name) => server.deleteQueue(name),
    stop: () => server.stop(),
  };
};
