/** Sale windows: when what is sold. */
import type { WindowDocument } from '#core/catalogue-documents.ts';
import { badge, link, table } from '../parts.ts';
import type { DocumentKind, Stored } from './document-pages.ts';
import { readWeek, showWeek, smallWeek, weekText } from './schedule.ts';
import { ruleFields, scopeFields, scopeText } from './scope-fields.ts';

type Window = WindowDocument & Stored;

export const WINDOWS: DocumentKind<Window> = {
  section: 'windows',
  fresh: { weekly: [] },
  removable: true,
  list: (context, items) => {
    const { words } = context;
    const w = words.windows;
    return table(
      [
        words.list.id,
        w.week,
        words.scope.when,
        words.scope.for,
        w.effect,
        words.scope.priority,
        words.scope.status,
      ],
      items.map((window) => [
        link(`windows/${window.id}`, window.id),
        smallWeek(window.weekly),
        weekText(context, window.weekly),
        scopeText(context, window.scope),
        window.effect === 'closed' ? badge('warn', w.closed) : badge('good', w.open),
        String(window.priority ?? 0),
        window.status === 'draft'
          ? badge('calm', words.scope.draft)
          : badge('good', words.scope.active),
      ]),
      w.nothing,
    );
  },
  fields: async (context) => {
    const { words } = context;
    const w = words.windows;
    return [
      {
        path: 'effect',
        label: w.effect,
        kind: 'choice',
        required: true,
        options: [
          ['open', w.open],
          ['closed', w.closed],
        ],
      },
      { path: 'zone', label: words.scope.zone, hint: words.scope.zoneHint, kind: 'text' },
      { path: 'validFrom', label: w.validFrom, kind: 'date' },
      { path: 'validTo', label: w.validTo, kind: 'date' },
      { path: 'quota.units', label: w.quota, hint: w.quotaHint, kind: 'number' },
      {
        path: 'quota.per',
        label: w.per,
        kind: 'choice',
        options: [
          ['opening', w.opening],
          ['day', w.day],
          ['total', w.total],
        ],
      },
      { path: 'perUser.units', label: w.perUser, kind: 'number' },
      {
        path: 'perUser.per',
        label: w.perUserPer,
        kind: 'choice',
        options: [
          ['opening', w.opening],
          ['day', w.day],
          ['total', w.total],
        ],
      },
      ...scopeFields(context),
      ...ruleFields(context),
    ];
  },
  extra: {
    show: (context, content, typed) => showWeek(context, content, typed, undefined),
    read: (sent, content) => readWeek(sent, content, undefined),
  },
};
