/** Composition root of the admin API, behind a REST API that passes everything on. */
import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { createSecretReader } from '#adapters/secrets/secret-reader.ts';
import { createDynamodbClient } from '../dynamodb-client.ts';
import { stdoutLog } from '../json-log.ts';
import { createAdminReader } from './admin-reader.ts';
import { createAdminApp } from './app.ts';
import { parseTokenSecret, readAdminConfig } from './config.ts';

const config = readAdminConfig();
const token = parseTokenSecret(await createSecretReader().read(config.tokenSecretArn));
const answer = handle(
  createAdminApp({
    reader: createAdminReader({ client: createDynamodbClient(), table: config.table }),
    token,
    log: stdoutLog,
  }),
);

/** Takes no more than one request at a time. */
export const handler = async (event: LambdaEvent, context: LambdaContext): Promise<unknown> =>
  answer(event, context);
