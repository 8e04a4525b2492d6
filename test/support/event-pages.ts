/** Writes docs/events.md and docs/events/ from the schemas that events are checked with before they go out: `node test/support/event-pages.ts`. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod/mini';
import { JITTER_PERCENT, RETRY_AFTER_S } from '#core/delivery-schedule.ts';
import { ENDPOINTS_MAX } from '#core/endpoints.ts';
import type { EventType } from '#core/events.ts';
import { EVENT_SCHEMAS } from '#functions/event-schemas.ts';
import { SECRETS_PER_ENDPOINT_MAX } from '#functions/webhooks/endpoint-keys.ts';
import { WEBHOOK_TRIES_MAX, WEBHOOK_TRY_MS_MAX } from '#protocol/limits.ts';

const DOCS = fileURLToPath(new URL('../../docs/', import.meta.url));
const FOLDER = 'events';

const WHEN: Readonly<Record<EventType, string>> = {
  'payment.pending': 'an outside provider has been asked and has not answered',
  'payment.held': 'money is held; CONFIRM posts it, or it expires',
  'payment.posted': 'the customer has paid',
  'payment.partly_refunded': 'a part was given back; comes again with every further part',
  'payment.refunded': 'all that was posted was given back',
  'payment.voided': 'REVERSE undid it, or came before its PAY',
  'payment.expired': 'nobody confirmed the hold: the money went back',
  'payment.declined': 'refused, `code` says why; nothing was moved',
  'case.opened':
    'something only a person can settle: goods are out and not paid, or a provider does not tell',
  'case.closed': 'an operator has settled it',
  'terminal.clone_suspected':
    'a second device may use the keys of a terminal ([limits.md](limits.md)); nothing is suspended by it',
};
const TYPES = Object.keys(EVENT_SCHEMAS) as EventType[];

const schemaText = (type: EventType): string => {
  const { $schema, ...schema } = z.toJSONSchema(EVENT_SCHEMAS[type], {
    override: ({ jsonSchema }) => {
      // What goes out has no more than is declared; a receiver has to bear what later versions add.
      delete jsonSchema.additionalProperties;
    },
  }) as Record<string, unknown>;
  return `${JSON.stringify({ $schema, title: type, description: WHEN[type], ...schema }, null, 2)}\n`;
};

const waitText = (seconds: number): string => {
  if (seconds < 60) {
    return `${seconds} s`;
  }
  return seconds < 3_600 ? `${seconds / 60} min` : `${seconds / 3_600} h`;
};

const TOTAL_H = Math.round(RETRY_AFTER_S.reduce((sum, wait) => sum + wait, 0) / 3_600);

const page = (): string =>
  `# Events

Every transition of a payment goes out once, as an event, to each endpoint that wants it: a webhook after
[Standard Webhooks](https://www.standardwebhooks.com), signed, tried again until it is taken. Made from the code by
\`node test/support/event-pages.ts\`; a test fails where they differ. Why it is so: [decisions/0012](decisions/0012-events.md).

To see them: \`npm start\`, and in a second terminal \`npm run events\`. To get them: \`npm start -- --webhook
http://127.0.0.1:3000/hooks\`; the secret is \`events.secret\` in \`.cosmopay/local.json\`.

## Types
\`{ id, type, occurredAt, data }\`. A later version may add types and fields: ignore what you do not know.

| type | when | schema |
|---|---|---|
${TYPES.map((type) => `| \`${type}\` | ${WHEN[type]} | [${FOLDER}/${type}.schema.json](${FOLDER}/${type}.schema.json) |`).join('\n')}

\`data.payment\` is K, the name of the payment for ever: terminal, key version, number. Amounts are minor units. An event names
users, merchants and terminals by their ids; it carries no payment identifier, no name, no telephone number, no key.

## What to do with one
1. **Verify** it, before anything else is read of it.
2. **Have you seen its id?** The header \`webhook-id\` is the event's \`id\`. Delivery is at least once, always with the same id and the
   same bytes: keep ids as long as you keep what you made of them, ${TOTAL_H} h at least, and answer 204 to one you know.
3. **Order** is not promised, not even to one endpoint. \`data.revision\` rises with every change of a payment: an event whose
   revision is below the one you have is old news.
4. **Answer 2xx** within ${WEBHOOK_TRY_MS_MAX / 1000} s, once it is safe with you; work on it afterwards. Nothing of the answer but its status is
   looked at. 410 disables the endpoint for good.

\`\`\`js
import { createHmac, timingSafeEqual } from 'node:crypto';
// The body as the bytes that came, before any parser; \`secrets\`: the current \`whsec_…\`, and the old one while it rotates.
export const isGenuine = (headers, body, secrets) => {
  const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signatures = '' } = headers;
  const isFresh = Math.abs(Date.now() / 1000 - Number(at)) < 300;
  return isFresh && secrets.some((secret) => {
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const right = Buffer.from(\`v1,\${createHmac('sha256', key).update(\`\${id}.\${at}.\${body}\`).digest('base64')}\`);
    return signatures.split(' ').map((each) => Buffer.from(each)).some((each) => each.length === right.length && timingSafeEqual(each, right));
  });
};
\`\`\`
Or any library of Standard Webhooks, in a dozen languages: \`new Webhook(secret).verify(body, headers)\`.

## Tries
| after try | next one in |
|---|---|
${RETRY_AFTER_S.map((wait, at) => `| ${at + 1} | ${waitText(wait)} |`).join('\n')}
| ${WEBHOOK_TRIES_MAX} | given up: dead letters, and someone is called |

Up to ${JITTER_PERCENT} % longer, so that what failed together does not come again together; about ${TOTAL_H} h in all. A try fails where the answer is
not 2xx (redirects are not followed), none comes within ${WEBHOOK_TRY_MS_MAX / 1000} s, or there is no connection. Each try is signed anew, with its own
\`webhook-timestamp\`.

## Endpoints
Set up in the [console](console.md), or by \`/v1/webhooks\` of the [API](admin-api.md); ${ENDPOINTS_MAX} at most, and changes hold after 10 s.

| field | |
|---|---|
| \`id\` | letters, digits, hyphens; names the secret too |
| \`url\` | \`https://\`, an address of the public internet; names are looked up and checked at every try |
| \`enabled\` | what waits for an endpoint that is disabled, is dropped |
| \`types\` | list; absent: every type |
| \`merchant\` | only events of this merchant; absent: all |
| \`description\` | for people |
| \`goneAtS\` | when it answered 410; a change takes it out |

## Secrets
In Secrets Manager (\`WebhookSecretArn\`), one JSON object for all endpoints: \`{"shop": ["whsec_…"]}\`, \`whsec_\` and the base64 of
24 to 64 random bytes (\`echo whsec_$(openssl rand -base64 32)\`). Put the secret before the endpoint: without one nothing is sent, and
the tries go by. To rotate:

1. Put the new one in front: \`{"shop": ["whsec_new…", "whsec_old…"]}\`. From the next minute on every webhook has two signatures,
   and either secret verifies it. At most ${SECRETS_PER_ENDPOINT_MAX} at a time.
2. Give the receiver the new one.
3. Take the old one out: \`{"shop": ["whsec_new…"]}\`.

## Dead letters
What was given up waits two weeks in \`EventsDeadLetterQueueUrl\`. Mend the receiver, then send all of it again, with the same ids and
a new set of tries:
\`\`\`
aws sqs start-message-move-task --source-arn <arn of the dead letters>
\`\`\`
A letter is \`{v, endpoint, id, body}\`. Deliveries to an endpoint that has been disabled since are dropped.
`;

/** Text of every page, by its path in docs/. */
export const eventPages = (): ReadonlyMap<string, string> =>
  new Map([
    ['events.md', page()],
    ...TYPES.map((type) => [join(FOLDER, `${type}.schema.json`), schemaText(type)] as const),
  ]);

/** Paths in docs/ that are there now, of those that are made here. */
export const writtenPages = (): readonly string[] => [
  'events.md',
  ...readdirSync(join(DOCS, FOLDER)).map((name) => join(FOLDER, name)),
];

if (import.meta.main) {
  rmSync(join(DOCS, FOLDER), { recursive: true, force: true });
  mkdirSync(join(DOCS, FOLDER));
  for (const [path, text] of eventPages()) {
    writeFileSync(join(DOCS, path), text);
  }
}
