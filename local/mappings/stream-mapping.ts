/** DynamoDB stream -> Lambda: in order, remembers how far it came, and gives a batch up after its tries. */

import { setTimeout as sleep } from 'node:timers/promises';
import {
  type _Record as ChangeRecord,
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { createBackOff } from '../children/back-off.ts';
import { failuresOf, type Invocable, type Source } from './source.ts';

/** Milliseconds between two looks at an idle stream: Lambda looks four times a second. */
const POLL_MS = 250;
/** Milliseconds between two tries of the same changes at most; they begin at POLL_MS and double. */
const RETRY_MS_MAX = 5_000;

export interface StreamMapping {
  readonly streams: DynamoDBStreamsClient;
  readonly streamArn: string;
  readonly region: string;
  readonly target: Invocable;
  readonly batchSize: number;
  /** Tries after the first. */
  readonly retriesMax: number;
  /** A batch that failed as a whole is halved, so that one bad change is given up alone. */
  readonly bisects: boolean;
  /** Other changes are passed over, as if they had been handled. */
  readonly wants: (change: object) => boolean;
  readonly from: 'TRIM_HORIZON' | 'LATEST';
  readonly checkpoint: Checkpoint;
}

/** How far each shard has been read, across restarts. */
export interface Checkpoint {
  read(shard: string): string | undefined;
  write(shard: string, sequenceNumber: string): void;
}

export const startStreamMapping = async (mapping: StreamMapping): Promise<Source> => {
  const stop = new AbortController();
  const { StreamDescription } = await mapping.streams.send(
    new DescribeStreamCommand({ StreamArn: mapping.streamArn }),
  );
  const shards = (StreamDescription?.Shards ?? []).map(({ ShardId }) => ShardId ?? '');
  const reading = Promise.all(shards.map((shard) => follow(mapping, shard, stop.signal)));
  return {
    close: async () => {
      stop.abort();
      await reading;
    },
  };
};

const follow = async (mapping: StreamMapping, shard: string, stop: AbortSignal): Promise<void> => {
  let iterator: string | undefined;
  while (!stop.aborted) {
    try {
      iterator ??= await openShard(mapping, shard);
      const page = await mapping.streams.send(
        new GetRecordsCommand({ ShardIterator: iterator, Limit: mapping.batchSize }),
      );
      const records = page.Records ?? [];
      iterator = page.NextShardIterator;
      await handleRecords(mapping, shard, { records, stop });
      if (iterator !== undefined && records.length > 0) {
        continue;
      }
    } catch {
      // The iterator may have expired or the table be gone for a moment: open it anew.
      iterator = undefined;
    }
    await sleep(POLL_MS, undefined, { signal: stop }).catch(() => undefined);
  }
};

const openShard = async (mapping: StreamMapping, shard: string): Promise<string | undefined> => {
  const after = mapping.checkpoint.read(shard);
  const open = async (
    from: Pick<GetShardIteratorCommand['input'], 'ShardIteratorType' | 'SequenceNumber'>,
  ): Promise<string | undefined> => {
    const { ShardIterator } = await mapping.streams.send(
      new GetShardIteratorCommand({ StreamArn: mapping.streamArn, ShardId: shard, ...from }),
    );
    return ShardIterator;
  };
  if (after === undefined) {
    return open({ ShardIteratorType: mapping.from });
  }
  // What the checkpoint names may have been trimmed since: then everything that is left is new.
  return open({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after }).catch(() =>
    open({ ShardIteratorType: 'TRIM_HORIZON' }),
  );
};

const handleRecords = async (
  mapping: StreamMapping,
  shard: string,
  batch: { readonly records: readonly ChangeRecord[]; readonly stop: AbortSignal },
): Promise<void> => {
  const records = batch.records.filter(mapping.wants);
  await work(mapping, { ...batch, records }, mapping.retriesMax);
  const last = batch.records.at(-1)?.dynamodb?.SequenceNumber;
  // What was under way when it stopped is read again by the next run.
  if (last !== undefined && !batch.stop.aborted) {
    mapping.checkpoint.write(shard, last);
  }
};

/** Resolves once every record went well or was given up, or `stop` came. */
const work = async (
  mapping: StreamMapping,
  { records, stop }: { readonly records: readonly ChangeRecord[]; readonly stop: AbortSignal },
  retries: number,
): Promise<void> => {
  const backOff = createBackOff({ firstMs: POLL_MS, mostMs: RETRY_MS_MAX, steadyMs: Infinity });
  let left = records;
  for (let tries = 0; left.length > 0 && tries <= retries && !stop.aborted; tries += 1) {
    const failed = await invoke(mapping, left);
    if (failed.length === 0) {
      return;
    }
    await sleep(backOff.afterRun(0), undefined, { signal: stop }).catch(() => undefined);
    if (mapping.bisects && failed.length === left.length && failed.length > 1) {
      // Halving is no try of its own.
      const middle = Math.ceil(failed.length / 2);
      for (const half of [failed.slice(0, middle), failed.slice(middle)]) {
        await work(mapping, { records: half, stop }, retries - tries);
      }
      return;
    }
    left = failed;
  }
};

/** The records that have to be tried again: from the first that failed on. */
const invoke = async (
  mapping: StreamMapping,
  records: readonly ChangeRecord[],
): Promise<readonly ChangeRecord[]> => {
  const failed = await mapping.target
    .invoke({ Records: records.map((record) => toStreamRecord(record, mapping)) })
    .then(failuresOf)
    .catch(() => 'all' as const);
  if (failed === 'all') {
    return records;
  }
  const first = records.findIndex(({ dynamodb }) =>
    failed.includes(dynamodb?.SequenceNumber ?? ''),
  );
  return failed.length > 0 ? records.slice(Math.max(first, 0)) : [];
};

/** A change in the shape in which Lambda hands it to the function: bytes as base64, times as seconds. */
export const toStreamRecord = (
  record: ChangeRecord,
  { streamArn, region }: Pick<StreamMapping, 'streamArn' | 'region'>,
): object => ({
  eventID: record.eventID,
  eventName: record.eventName,
  eventVersion: record.eventVersion,
  eventSource: 'aws:dynamodb',
  awsRegion: region,
  eventSourceARN: streamArn,
  dynamodb: {
    ...(plain(record.dynamodb) as object),
    ApproximateCreationDateTime:
      (record.dynamodb?.ApproximateCreationDateTime?.getTime() ?? 0) / 1000,
  },
});

const plain = (value: unknown): unknown => {
  if (value instanceof Uint8Array) {
    return Buffer.from(value).toString('base64');
  }
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  }
  return value;
};
