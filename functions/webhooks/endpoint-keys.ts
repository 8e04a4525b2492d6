/** Keys that webhooks are signed with, from the one secret that holds those of all endpoints. */
import * as z from 'zod/mini';
import { parseWebhookSecret } from '#core/webhook-signature.ts';

/** Secrets of one endpoint at a time: the new one, the one that it replaces, and one that is on its way out. */
export const SECRETS_PER_ENDPOINT_MAX = 3;

const Secrets = z.record(z.string(), z.unknown());
const Mine = z.array(z.string()).check(z.minLength(1), z.maxLength(SECRETS_PER_ENDPOINT_MAX));

/** By id of an endpoint, the newest first; undefined where it has none that is well-formed. Errors never carry the text. */
export const parseEndpointKeys = (
  text: string,
): ((endpoint: string) => readonly Uint8Array[] | undefined) => {
  const secrets = parse(text);
  return (endpoint) => {
    const mine = Mine.safeParse(Object.hasOwn(secrets, endpoint) ? secrets[endpoint] : undefined);
    const keys = mine.success ? mine.data.map(parseWebhookSecret) : [];
    const wellFormed = keys.filter((key) => key !== undefined);
    return wellFormed.length > 0 && wellFormed.length === keys.length ? wellFormed : undefined;
  };
};

const parse = (text: string): Readonly<Record<string, unknown>> => {
  try {
    return Secrets.parse(JSON.parse(text));
  } catch {
    // The error of a parser quotes what it read: it ends here.
    throw new Error('The secret of the webhooks does not have the form it should have.');
  }
};
