/** What the admin API and the compiler say to each other: which row of what is wanted to look at, nothing more. */
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';

const Message = z.strictObject({ v: z.literal(1), id: z.string().check(z.maxLength(64)) });

/** Undefined where it is none. */
export const parseCompileMessage = (text: string): string | undefined => {
  try {
    return Message.parse(JSON.parse(text)).id;
  } catch {
    return undefined;
  }
};

export const sendCompile = async (
  client: SQSClient,
  queueUrl: string,
  id: string,
): Promise<void> => {
  await client.send(
    new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify({ v: 1, id }) }),
  );
};
