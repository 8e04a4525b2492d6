/** What one payment costs at AWS, counted: calls and units of DynamoDB, requests of SQS. */
import { countMetric, type Metric, type RunOptions, type Suite } from '../metric.ts';
import { countQueues, type QueueCount } from './count-queues.ts';
import { countStore } from './count-store.ts';

const PAYMENTS = 300;
const PAYMENTS_QUICK = 60;
const RATE = 1_000;
const SECONDS = 6;
const SECONDS_QUICK = 3;
const CALLS_GOAL = 2;
const WRITE_UNITS_GOAL = 4;
const SQS_GOAL = 0.9;

const storeMetrics = async ({ quick, progress }: RunOptions): Promise<readonly Metric[]> => {
  progress('counting DynamoDB calls');
  const { payments, calls, writeUnits, readUnits } = await countStore(
    quick ? PAYMENTS_QUICK : PAYMENTS,
  );
  const total = Object.values(calls).reduce((sum, count) => sum + count, 0);
  const split = Object.entries(calls).map(
    ([name, count]) => `${(count / payments).toFixed(2)} ${name}`,
  );
  return [
    countMetric({
      name: 'DynamoDB calls / payment',
      value: total / payments,
      unit: '',
      goal: { direction: 'at most', value: CALLS_GOAL },
      detail: `${payments} approved sales: ${split.join(', ')}`,
    }),
    countMetric({
      name: 'DynamoDB write units / payment',
      value: writeUnits / payments,
      unit: '',
      goal: { direction: 'at most', value: WRITE_UNITS_GOAL },
      detail: `${writeUnits / payments} write units and ${readUnits / payments} read units, as the stand-in reports them per call`,
    }),
  ];
};

const waitMs = ({ waitsMs }: QueueCount, quantile: number): string =>
  (waitsMs[Math.floor(quantile * waitsMs.length)] ?? 0).toFixed(0);

const queueMetric = async ({ quick, progress }: RunOptions): Promise<Metric> => {
  progress(`counting SQS requests at ${RATE} payments/s`);
  const count = await countQueues(RATE, quick ? SECONDS_QUICK : SECONDS);
  const per = (requests: number): string => (requests / count.payments).toFixed(3);
  const { request, reply } = count;
  const total =
    request.send + request.receive + request.delete + reply.send + reply.receive + reply.delete;
  return countMetric({
    name: `SQS requests / payment at ${RATE}/s`,
    value: total / count.payments,
    unit: '',
    goal: { direction: 'at most', value: SQS_GOAL },
    detail: `${count.payments} payments; request queue: send ${per(request.send)}, receive ${per(request.receive)}, delete ${per(request.delete)}; reply queue: send ${per(reply.send)}, receive ${per(reply.receive)}, delete ${per(reply.delete)}; ${count.pollers} pollers of the mapping; from the bridge's send to its receipt p50 ${waitMs(count, 0.5)} ms, p90 ${waitMs(count, 0.9)} ms, p99 ${waitMs(count, 0.99)} ms`,
  });
};

export const awsSuite: Suite = {
  name: 'aws',
  method: [
    'DynamoDB: approved sales of one to three products, paid with an IC card, from the bytes of the frame through the core and the real store and SDK onto a fresh stand-in; a middleware counts calls and asks for `ReturnConsumedCapacity`. A count, not a time: no pairs.',
    "SQS: the bridge's real batch sender and reply poller, and the functions' real reply sender, at 1,000 payments/s with Poisson arrivals in real time, against queues in memory whose calls take 10 ms. Lambda's event source mapping is a model: 5 pollers at first, one more while more than 50 messages wait, batches of up to 10, each message worked on for 15 to 35 ms, then one delete. One bridge, all six kinds of requests counted, those of the mapping too, since they are billed.",
  ],
  run: async (options) => [...(await storeMetrics(options)), await queueMetric(options)],
};
