/** What became of the payment: waiting, with what was done so far; the outcome; the offer to buy without a connection. */
import { h, type JSX } from 'preact';
import type { KioskView, ScreenView } from '#client/content/kiosk-view.ts';
import { fill } from '#client/content/page-words.ts';
import { useKioskNow } from './countdown.ts';
import { Heading } from './heading.ts';
import { Icon } from './icons.ts';
import { send } from './kiosk-link.ts';

type Screen<Kind extends ScreenView['kind']> = ScreenView & { readonly kind: Kind };

interface Props<Kind extends ScreenView['kind']> {
  readonly view: KioskView;
  readonly screen: Screen<Kind>;
}

export const WaitingScreen = ({
  view,
  screen,
  offsetMs,
}: Props<'waiting'> & { readonly offsetMs: number }): JSX.Element => {
  const { wait } = view.words;
  const { unknown, lead, steps, sinceMs, mayCancel } = screen;
  const seconds = Math.max(0, Math.floor((useKioskNow(offsetMs) - sinceMs) / 1000));
  return h(
    'section',
    {
      class: unknown ? 'panel tone-open' : 'panel',
      'aria-labelledby': 'screen-title',
      'aria-busy': 'true',
    },
    h(
      'div',
      { class: 'pulse', 'aria-hidden': 'true' },
      h('span', null),
      h('span', null),
      h('span', null),
    ),
    h(Heading, { key: String(unknown), text: unknown ? wait.unknownTitle : wait.title }),
    h('p', { class: 'lead' }, lead),
    h(
      'ol',
      { class: 'steps', 'aria-live': 'polite' },
      steps.map(({ text }, index) =>
        h('li', { key: index, class: index === steps.length - 1 ? 'step step-now' : 'step' }, text),
      ),
    ),
    h('p', { class: 'quiet', role: 'timer', 'aria-live': 'off' }, fill(wait.elapsed, { seconds })),
    mayCancel
      ? h(
          'button',
          { type: 'button', class: 'button plain', onClick: () => send({ type: 'cancel' }) },
          wait.cancel,
        )
      : null,
  );
};

export const OutcomeScreen = ({ view, screen }: Props<'outcome'>): JSX.Element => {
  const { tone, title, lines, air, mayRetry } = screen;
  const { words } = view;
  return h(
    'section',
    { class: `panel outcome tone-${tone}`, 'aria-labelledby': 'screen-title' },
    h('div', { class: 'seal' }, h(Icon, { name: tone })),
    h(
      'div',
      { role: tone === 'paid' ? 'status' : 'alert' },
      h(Heading, { key: title, text: title }),
      lines.map((line, index) =>
        h('p', { key: index, class: index === lines.length - 1 ? 'lead' : 'fact' }, line),
      ),
    ),
    h(
      'div',
      { class: 'panel-actions' },
      mayRetry
        ? h(
            'button',
            { type: 'button', class: 'button primary', onClick: () => send({ type: 'retry' }) },
            words.tryAgain,
          )
        : null,
      h(
        'button',
        {
          type: 'button',
          class: mayRetry ? 'button plain' : 'button primary',
          onClick: () => send({ type: 'done' }),
        },
        words.done,
      ),
    ),
    air === undefined ? null : h('p', { class: 'air' }, air),
  );
};

export const OfflineScreen = ({ view, screen }: Props<'offline'>): JSX.Element => {
  const { offline } = view.words;
  return h(
    'section',
    { class: 'panel', 'aria-labelledby': 'screen-title' },
    h('p', { class: 'amount' }, view.basket.total),
    h(Heading, { text: offline.title }),
    h('p', { class: 'lead' }, screen.lead),
    h(
      'div',
      { class: 'panel-actions' },
      screen.mayAccept
        ? h(
            'button',
            {
              type: 'button',
              class: 'button primary',
              onClick: () => send({ type: 'accept_offline' }),
            },
            offline.accept,
          )
        : null,
      h(
        'button',
        {
          type: 'button',
          class: screen.mayAccept ? 'button plain' : 'button primary',
          onClick: () => send({ type: 'back' }),
        },
        offline.decline,
      ),
    ),
  );
};
