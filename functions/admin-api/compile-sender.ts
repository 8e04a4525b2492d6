/** Wakes the compiler. What is wanted stands in the table already: a message that is lost costs the minute until the next sweep. */
import type { SQSClient } from '@aws-sdk/client-sqs';
import { sendCompile } from '../compile-message.ts';
import { errorName, type Log } from '../json-log.ts';
import type { AdminDeps } from './deps.ts';

export const createCompileSender =
  (client: SQSClient, queueUrl: string, log: Log): AdminDeps['compile'] =>
  async (ids) => {
    try {
      await Promise.all(ids.map((id) => sendCompile(client, queueUrl, id)));
    } catch (error) {
      log('warn', 'compile', { outcome: 'not_woken', error: errorName(error) });
    }
  };
