/** Labels of this dialect's keys. That of messages names the preset, so that no bytes can be read by another table than they were signed for. */
import { encodeUtf8 } from '../bytes.ts';
import type { LinkLabels, MessageLabels } from '../dialect.ts';
import type { PresetName } from './presets.ts';

export const ISO8583_LINK_LABELS: LinkLabels = {
  up: encodeUtf8('iso8583 link up'),
  down: encodeUtf8('iso8583 link down'),
};

const labelsOf = (name: PresetName): MessageLabels => ({
  request: encodeUtf8(`iso8583 ${name} request`),
  reply: encodeUtf8(`iso8583 ${name} reply`),
});

export const ISO8583_MESSAGE_LABELS: Readonly<Record<PresetName, MessageLabels>> = {
  'iso87-binary': labelsOf('iso87-binary'),
  'iso87-ascii': labelsOf('iso87-ascii'),
  'cup-pos': labelsOf('cup-pos'),
};
