/** The tables and bytes of docs/iso8583.md that follow from data; `node test/support/iso8583-page.ts` puts them in. */
import { readFileSync, writeFileSync } from 'node:fs';
import { FIELD_NAMES, fieldName, MTI_NAMES, OBJECT_NAMES } from '#protocol/iso8583/field-names.ts';
import type { FieldSpec } from '#protocol/iso8583/field-spec.ts';
import { PRESETS } from '#protocol/iso8583/presets.ts';
import { isoVectors } from './iso8583-vectors.ts';

const PAGE = new URL('../../docs/iso8583.md', import.meta.url);

const notation = (spec: FieldSpec | undefined): string => {
  if (spec === undefined) {
    return '';
  }
  const dots = '.'.repeat(spec.lengthDigits);
  const isLeftThoughFixed = spec.lengthDigits === 0 && spec.align === 'left';
  return `${spec.kind}${dots}${spec.max}${isLeftThoughFixed ? ', left' : ''}`;
};

const fields = (): readonly string[] => {
  const iso87 = PRESETS['iso87-binary'].fields;
  const cup = PRESETS['cup-pos'].fields;
  return [
    '| DE | what it is here | iso87-binary, iso87-ascii | cup-pos |',
    '|---|---|---|---|',
    ...Object.keys(FIELD_NAMES).map((number) => {
      const [usual, theirs] = [
        notation(iso87.get(Number(number))),
        notation(cup.get(Number(number))),
      ];
      return `| ${number} | ${fieldName(Number(number))} | ${usual} | ${usual === theirs ? '' : theirs} |`;
    }),
  ];
};

const messages = (): readonly string[] => [
  '| MTI | what it is | answer |',
  '|---|---|---|',
  ...Object.keys(MTI_NAMES)
    .filter((mti) => Number(mti.charAt(2)) % 2 === 0)
    .map(
      (mti) => `| ${mti}0 | ${MTI_NAMES[mti]} | ${mti.slice(0, 2)}${Number(mti.charAt(2)) + 1}0 |`,
    ),
];

const objects = (): readonly string[] => [
  '| tag | object |',
  '|---|---|',
  ...Object.entries(OBJECT_NAMES).map(([tag, name]) => `| ${tag} | ${name} |`),
];

const vector = (name: string) => {
  const found = isoVectors.vectors.find((each) => each.name === name);
  if (found === undefined) {
    throw new Error(`no vector ${name}`);
  }
  return found;
};

const example = (): readonly string[] => {
  const answer = vector('cup-pos: the answer to a sale');
  const lines = [
    `linkKey     ${isoVectors.linkKey}`,
    `messageKey  ${isoVectors.messageKey}`,
    '',
    'iso87-binary, sign-on',
    vector('iso87-binary: a sign-on').hex,
    '',
    'iso87-binary, a sale of one LIP-01 for 12900 won',
    vector('iso87-binary: a sale').hex,
    '',
    'the same again, 0201',
    vector('iso87-binary: the same sale again').hex,
    '',
    'cup-pos, a sale',
    String(answer.request),
    '',
    'the answer to it',
    answer.hex,
  ];
  return ['```', ...lines, '```'];
};

const BLOCKS: Readonly<Record<string, () => readonly string[]>> = {
  fields,
  messages,
  objects,
  example,
};
const BLOCK = /<!-- (\w+): from the data -->\n[\s\S]*?<!-- end -->/g;

/** The page with its blocks as the data have them. */
export const withBlocks = (page: string): string =>
  page.replaceAll(BLOCK, (_, name: string) => {
    const lines = BLOCKS[name]?.() ?? [];
    return [`<!-- ${name}: from the data -->`, ...lines, '<!-- end -->'].join('\n');
  });

export const iso8583Page = (): string => readFileSync(PAGE, 'utf8');

if (import.meta.main) {
  writeFileSync(PAGE, withBlocks(iso8583Page()));
}
