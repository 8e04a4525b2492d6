/** For who looks after the kiosk: modem, connection, queue, bytes and cost per sale, and the live AT dialogue. */
import { type ComponentChildren, h, type JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { DialogueView, KioskView, SaleRow, ServiceView } from '#client/content/kiosk-view.ts';
import type { ServiceWords } from '#client/content/page-words.ts';
import { Heading } from './heading.ts';
import { type ServiceState, send, watchService } from './kiosk-link.ts';

export const ServiceScreen = ({
  view,
  onClose,
}: {
  readonly view: KioskView;
  readonly onClose: () => void;
}): JSX.Element => {
  const { service } = view.words;
  const [state, setState] = useState<ServiceState>({ view: undefined, dialogue: [] });
  useEffect(() => watchService(setState), []);
  return h(
    'section',
    { class: 'service', 'aria-labelledby': 'screen-title' },
    h(
      'div',
      { class: 'service-head' },
      h(Heading, { text: service.title }),
      h('button', { type: 'button', class: 'button', onClick: onClose }, service.close),
    ),
    state.view === undefined ? null : h(Figures, { state: state.view, words: service }),
    h(Dialogue, { lines: state.dialogue, words: service }),
  );
};

const Figures = ({
  state,
  words,
}: {
  readonly state: ServiceView;
  readonly words: ServiceWords;
}): JSX.Element =>
  h(
    'div',
    { class: 'figures' },
    h(
      Block,
      { title: words.connection, rows: state.facts },
      h(
        'button',
        {
          type: 'button',
          class: 'button small',
          onClick: () => send({ type: 'modem', on: !state.modemOn }),
        },
        state.modemOn ? words.powerOff : words.powerOn,
      ),
    ),
    h(
      Block,
      { title: words.queue, rows: state.queue },
      h(
        'button',
        { type: 'button', class: 'button small', onClick: () => send({ type: 'deliver_now' }) },
        words.retryNow,
      ),
    ),
    h(Block, { title: words.air, rows: state.air }, h('p', { class: 'quiet' }, words.airHint)),
    h(Sales, { rows: state.sales, words }),
  );

const Block = ({
  title,
  rows,
  children,
}: {
  readonly title: string;
  readonly rows: ServiceView['facts'];
  readonly children?: ComponentChildren;
}): JSX.Element =>
  h(
    'section',
    { class: 'block' },
    h('h2', null, title),
    h(
      'dl',
      null,
      rows.flatMap(([name, value]) => [
        h('dt', { key: name }, name),
        h('dd', { key: `${name} value` }, value),
      ]),
    ),
    children,
  );

const Sales = ({
  rows,
  words,
}: {
  readonly rows: readonly SaleRow[];
  readonly words: ServiceWords;
}): JSX.Element =>
  h(
    'section',
    { class: 'block block-wide' },
    h('h2', null, words.sales),
    rows.length === 0
      ? h('p', { class: 'quiet' }, words.noSales)
      : h(
          'div',
          { class: 'scroll', tabIndex: 0, role: 'region', 'aria-label': words.sales },
          h(
            'table',
            null,
            h(
              'thead',
              null,
              h(
                'tr',
                null,
                [
                  words.time,
                  words.result,
                  words.amount,
                  words.seconds,
                  words.bytes,
                  words.cost,
                ].map((name) => h('th', { key: name, scope: 'col' }, name)),
              ),
            ),
            h(
              'tbody',
              null,
              rows.map((row, index) => h(Sale, { key: index, row })),
            ),
          ),
        ),
  );

const Sale = ({ row }: { readonly row: SaleRow }): JSX.Element =>
  h(
    'tr',
    null,
    h('td', null, row.time),
    h('td', { class: `tone-${row.tone}` }, row.result),
    [row.amount, row.seconds, row.bytes, row.cost].map((text, index) =>
      h('td', { key: index, class: 'number' }, text),
    ),
  );

const Dialogue = ({
  lines,
  words,
}: {
  readonly lines: readonly DialogueView[];
  readonly words: ServiceWords;
}): JSX.Element => {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (box.current !== null) {
      box.current.scrollTop = box.current.scrollHeight;
    }
  }, [lines]);
  return h(
    'section',
    { class: 'block dialogue-block' },
    h('h2', null, words.dialogue),
    h(
      'div',
      {
        ref: box,
        class: 'dialogue',
        role: 'log',
        'aria-live': 'off',
        tabIndex: 0,
        'aria-label': words.dialogue,
      },
      lines.length === 0
        ? h('p', null, words.dialogueEmpty)
        : lines.map(({ direction, text, time }, index) =>
            h(
              'p',
              { key: index, class: `at at-${direction}` },
              h('time', null, time),
              h('span', { 'aria-hidden': 'true' }, direction === 'up' ? '→' : '←'),
              h('code', null, text),
            ),
          ),
    ),
  );
};
