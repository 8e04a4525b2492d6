/** What one message of the events queue holds: one event for one endpoint. */
import * as z from 'zod/mini';
import type { Delivery } from '#core/deliver-webhook.ts';

const VERSION = 1;
const Message = z.object({
  v: z.literal(VERSION),
  endpoint: z.string().check(z.minLength(1)),
  id: z.string().check(z.minLength(1)),
  body: z.string().check(z.minLength(1)),
});

export const encodeDelivery = (delivery: Delivery): string =>
  JSON.stringify({ v: VERSION, ...delivery });

/** Undefined for what `encodeDelivery` of this version does not write. */
export const decodeDelivery = (text: string): Delivery | undefined => {
  const { success, data } = Message.safeParse(parse(text));
  return success ? { endpoint: data.endpoint, id: data.id, body: data.body } : undefined;
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
