/** Weekly hours: drawn as a week that can be dragged, typed as rows of days and times, shown small in lists. */
import { html, raw } from 'hono/html';
import { type Form, type PageContext, textIn, textsIn } from '../context.ts';
import type { Markup } from '../languages.ts';
import type { Content, Typed } from './document-form.ts';
import { withValue } from './document-form.ts';

export interface Hours {
  readonly days: readonly number[];
  readonly from: string;
  readonly to: string;
}

const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;
const DAY_MINUTES = 1_440;
/** Rows of hours that a form has, and rows without hours that it offers: more are kept for the API and the command line. */
const ROWS_MAX = 12;
const ROWS_EMPTY = 1;

/** `09:00` as minutes of the day. */
const minutesOf = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
};

interface Block {
  readonly day: number;
  readonly from: number;
  readonly to: number;
}

/** What is drawn: hours that cross midnight are two blocks, the second on the next day. */
export const blocksOf = (weekly: readonly Hours[]): readonly Block[] =>
  weekly.flatMap(({ days, from, to }) => {
    const [begin, end] = [minutesOf(from), minutesOf(to)];
    return days.flatMap((day): Block[] =>
      end > begin
        ? [{ day, from: begin, to: end }]
        : [
            { day, from: begin, to: DAY_MINUTES },
            ...(end === 0 ? [] : [{ day: (day % 7) + 1, from: 0, to: end }]),
          ],
    );
  });

/** A week as a picture a line high. */
export const smallWeek = (weekly: readonly Hours[]): Markup =>
  html`<svg class="small-week" viewBox="0 0 168 20" width="168" height="20" aria-hidden="true">${DAYS.map(
    (day) => html`<rect class="day" x="${(day - 1) * 24}" y="0" width="23" height="20"/>`,
  )}${blocksOf(weekly).map(
    ({ day, from, to }) =>
      html`<rect class="open" x="${(day - 1) * 24 + (from / DAY_MINUTES) * 23}" y="2" width="${((to - from) / DAY_MINUTES) * 23}" height="16"/>`,
  )}</svg>`;

/** `Mo–Fr 09:00–18:00`. */
export const weekText = (
  { words }: Pick<PageContext, 'words'>,
  weekly: readonly Hours[] | undefined,
): string =>
  weekly === undefined
    ? words.scope.always
    : weekly
        .map(({ days, from, to }) => `${daysText(words.days, days)} ${from}–${to}`)
        .join(', ') || words.scope.never;

const daysText = (names: readonly string[], days: readonly number[]): string => {
  const sorted = [...days].sort((a, b) => a - b);
  const name = (day: number | undefined): string => names[(day ?? 1) - 1] ?? '';
  const isRun = sorted.every((day, at) => at === 0 || day === (sorted[at - 1] ?? 0) + 1);
  return isRun && sorted.length > 2
    ? `${name(sorted[0])}–${name(sorted.at(-1))}`
    : sorted.map(name).join(' ');
};

/** Where the hours of a document are: its own, or below `when` of a price list or promotion. */
const hoursIn = (content: Content, at: 'when' | undefined): readonly Hours[] => {
  const holder = at === undefined ? content : ((content[at] ?? {}) as Content);
  return (holder.weekly ?? []) as readonly Hours[];
};

const typedHours = (sent: Form): readonly Hours[] =>
  Array.from({ length: ROWS_MAX }, (_, at) => ({
    days: textsIn(sent, `week.${at}.days`).map(Number),
    from: textIn(sent, `week.${at}.from`).trim(),
    to: textIn(sent, `week.${at}.to`).trim(),
  })).filter(({ days, from, to }) => days.length > 0 || from !== '' || to !== '');

/** Rows beyond those of the form stay as they were. */
export const readWeek = (sent: Form, content: Content, at: 'when' | undefined): Content => {
  const beyond = hoursIn(content, at).slice(ROWS_MAX);
  const weekly = [...typedHours(sent), ...beyond];
  const path = at === undefined ? ['weekly'] : [at, 'weekly'];
  return at !== undefined && weekly.length === 0
    ? withValue(content, [at], undefined)
    : withValue(content, path, weekly);
};

/** The week as it is dragged by a script, over the rows that hold it and work without one. */
export const showWeek = (
  { words }: Pick<PageContext, 'words'>,
  content: Content,
  typed: Typed | undefined,
  at: 'when' | undefined,
): Markup => {
  const hours = typed === undefined ? hoursIn(content, at) : typedHours(typed.form);
  const rows = Math.min(ROWS_MAX, hours.length + ROWS_EMPTY);
  const wrong = typed?.refusal.errors?.filter(({ field }) => field.includes('weekly')) ?? [];
  return html`<fieldset class="week" data-week><legend>${words.windows.week}</legend>
<p class="hint">${at === undefined ? words.windows.weekHint : words.windows.whenHint}</p>
${wrong.map(({ field, expected }) => html`<p class="wrong"><code>${field}</code> ${expected}</p>`)}
<div class="calendar" data-days="${words.days.join(' ')}" data-add="${words.windows.drag}" aria-hidden="true"></div>
<div class="rows">${Array.from({ length: ROWS_MAX }, (_, row) => hoursRow(words, row, hours[row], row >= rows))}</div></fieldset>`;
};

const hoursRow = (
  words: PageContext['words'],
  row: number,
  hours: Hours | undefined,
  isHidden: boolean,
): Markup =>
  html`<div class="hours"${isHidden ? raw(' hidden') : ''}><span class="checks">${DAYS.map(
    (day) =>
      html`<label><input type="checkbox" name="week.${row}.days" value="${day}"${
        hours?.days.includes(day) === true ? raw(' checked') : ''
      }> ${words.days[day - 1]}</label>`,
  )}</span><label>${words.windows.from} <input name="week.${row}.from" value="${hours?.from ?? ''}" size="5" placeholder="09:00"></label><label>${words.windows.to} <input name="week.${row}.to" value="${hours?.to ?? ''}" size="5" placeholder="21:00"></label></div>`;
