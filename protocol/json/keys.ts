/** Labels of the JSON dialect's keys: a tag of it fits no other dialect (protocol/cp1/keys.ts derives). */
import { encodeUtf8 } from '../bytes.ts';
import type { LinkLabels, MessageLabels } from '../dialect.ts';

export const JSON_LINK_LABELS: LinkLabels = {
  up: encodeUtf8('json link up'),
  down: encodeUtf8('json link down'),
};
export const JSON_MESSAGE_LABELS: MessageLabels = {
  request: encodeUtf8('json request'),
  reply: encodeUtf8('json reply'),
};
