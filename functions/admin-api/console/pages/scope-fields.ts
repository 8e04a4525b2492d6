/** What a window, price list or promotion is for, and when: the same fields on all three forms. */
import type { PageContext } from '../context.ts';
import type { Field } from './document-form.ts';

export const scopeFields = ({ words }: Pick<PageContext, 'words'>): readonly Field[] => {
  const w = words.scope;
  const lines = (path: string, label: string): Field => ({
    path: `scope.${path}`,
    label,
    hint: w.linesHint,
    kind: 'lines',
  });
  return [
    lines('skus', w.skus),
    lines('categories', w.categories),
    lines('regions', w.regions),
    lines('merchants', w.merchants),
    lines('groups', w.groups),
  ];
};

export const ruleFields = ({ words }: Pick<PageContext, 'words'>): readonly Field[] => [
  { path: 'priority', label: words.scope.priority, hint: words.scope.priorityHint, kind: 'number' },
  {
    path: 'status',
    label: words.scope.status,
    kind: 'choice',
    required: true,
    options: [
      ['active', words.scope.active],
      ['draft', words.scope.draft],
    ],
  },
];

/** In a list: `LIP-01, lips, KR`; everything where it names nothing. */
export const scopeText = (
  { words }: Pick<PageContext, 'words'>,
  scope: object | undefined,
): string => {
  const named = Object.values(scope ?? {}).flat() as readonly string[];
  return named.length === 0 ? words.scope.everything : named.join(', ');
};
