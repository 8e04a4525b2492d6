/** Composition root of the admin API, behind a REST API that passes everything on. */
import { randomBytes } from 'node:crypto';
import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { systemClock } from '#adapters/node/system-clock.ts';
import { systemRandom } from '#adapters/node/system-random.ts';
import { systemTimers } from '#adapters/node/system-timers.ts';
import { createSecretReader } from '#adapters/secrets/secret-reader.ts';
import { createSqsClient } from '#adapters/sqs/sqs-client.ts';
import { createIdentifierHasher } from '#core/identifier-hasher.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';
import { cached } from '../cached.ts';
import { createDynamodbClient } from '../dynamodb-client.ts';
import { stdoutLog } from '../json-log.ts';
import { parseIdentifierSecret } from '../secret-forms.ts';
import { createTokenVerifier } from './access/token-verifier.ts';
import { createAdminApp } from './app.ts';
import { createCompileSender } from './compile-sender.ts';
import { readAdminConfig } from './config.ts';
import { readAssets } from './console/assets.ts';
import { OPERATIONS } from './operations.ts';
import { readFleet } from './resources/fleet.ts';

/** Milliseconds one call to SQS may take: whoever asked waits for it, and does not need it. */
const SQS_MS_MAX = 1_000;

/** Milliseconds that the picture of the fleet is used: every console asks for it every few seconds, and it reads each terminal. */
const FLEET_MS = 30_000;

const config = readAdminConfig();
const access = { client: createDynamodbClient(), table: config.table };
const sqs = createSqsClient({ requestMsMax: SQS_MS_MAX });
const identifierKeys = parseIdentifierSecret(
  await createSecretReader().read(config.identifierSecretArn),
);
const answer = handle(
  createAdminApp({
    deps: {
      access,
      fleet: cached(() => readFleet(access, Math.floor(systemClock.nowMs() / 1000)), {
        clock: systemClock,
        forMs: FLEET_MS,
      }),
      clock: systemClock,
      timers: systemTimers,
      random: systemRandom,
      randomBytes: (count) => new Uint8Array(randomBytes(count)),
      identifiers: createIdentifierHasher({ crypto: pureCrypto, ...identifierKeys }),
      compile: createCompileSender(sqs, config.compileQueueUrl, stdoutLog),
    },
    verify: createTokenVerifier({
      userPoolId: config.userPoolId,
      clientId: config.clientId,
      ...(config.tokenKeys === undefined ? {} : { jwks: config.tokenKeys }),
    }),
    operations: OPERATIONS,
    log: stdoutLog,
    console: {
      settings: config,
      assets: readAssets(new URL('./console/', import.meta.url)),
      fetch: globalThis.fetch,
    },
  }),
);

/** Takes no more than one request at a time. */
export const handler = async (event: LambdaEvent, context: LambdaContext): Promise<unknown> =>
  answer(event, context);
