/** Composition root of the enrolment: POST /enrol {terminal, code}, from whoever installs a terminal. */
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import * as z from 'zod/mini';
import { systemClock } from '#adapters/node/system-clock.ts';
import { createSecretReader } from '#adapters/secrets/secret-reader.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';
import { U32_MAX } from '#protocol/limits.ts';
import { createDynamodbClient } from '../dynamodb-client.ts';
import { errorName, stdoutLog } from '../json-log.ts';
import { parseMasterSecret } from '../secret-forms.ts';
import { readEnrolConfig } from './config.ts';
import { type EnrolDeps, enrolTerminal } from './enrol-terminal.ts';

/** Characters of a code as typed at most: 26, and marks between them. */
const CODE_LENGTH_MAX = 64;
/** Characters of a body at most: several times what the fields take. */
const BODY_LENGTH_MAX = 1_024;

const Body = z.strictObject({
  terminal: z.int().check(z.minimum(1), z.maximum(U32_MAX)),
  code: z.string().check(z.maxLength(CODE_LENGTH_MAX)),
});

const config = readEnrolConfig();
const secrets = createSecretReader();
const [linkMaster, messageMaster] = await Promise.all(
  [config.linkSecretArn, config.messageSecretArn].map(async (arn) => {
    const [current] = parseMasterSecret(await secrets.read(arn));
    return current ?? new Uint8Array();
  }),
);
const deps: EnrolDeps = {
  access: { client: createDynamodbClient(), table: config.table },
  clock: systemClock,
  crypto: pureCrypto,
  linkMaster: linkMaster ?? new Uint8Array(),
  messageMaster: messageMaster ?? new Uint8Array(),
};

export const handler = async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
  const body = parseBody(event);
  if (body === undefined) {
    return problem(400, 'request_invalid', 'The request is not valid.');
  }
  try {
    const keys = await enrolTerminal(deps, body);
    stdoutLog('info', 'enrol', {
      terminal: body.terminal,
      outcome: keys === undefined ? 'refused' : 'enrolled',
    });
    return keys === undefined
      ? problem(403, 'enrolment_refused', 'The enrolment code is wrong, used or too old.')
      : answer(200, 'application/json', keys);
  } catch (error) {
    stdoutLog('error', 'enrol', { terminal: body.terminal, error: errorName(error) });
    return problem(503, 'busy', 'Nothing was changed: too much happens at once.');
  }
};

const parseBody = ({
  body,
  isBase64Encoded,
}: APIGatewayProxyEvent): z.output<typeof Body> | undefined => {
  try {
    const text = isBase64Encoded ? Buffer.from(body ?? '', 'base64').toString() : (body ?? '');
    return text.length > BODY_LENGTH_MAX ? undefined : Body.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
};

/** The same form as the admin API's problems. */
const problem = (status: number, code: string, title: string): APIGatewayProxyResult =>
  answer(status, 'application/problem+json', {
    type: `/problems/${code}`,
    title,
    status,
    code,
  });

const answer = (statusCode: number, type: string, body: object): APIGatewayProxyResult => ({
  statusCode,
  headers: { 'content-type': type, 'cache-control': 'no-store' },
  body: JSON.stringify(body),
});
