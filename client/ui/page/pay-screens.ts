/** How the customer pays: scan, tap, insert or type; and the PIN where the code asks for one. */
import { h, type JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { ENTRY_MODES, typedEntryMode } from '#client/content/identifier-entry.ts';
import type { CardView, KioskView, ScreenView } from '#client/content/kiosk-view.ts';
import { Heading } from './heading.ts';
import { Icon } from './icons.ts';
import { Keypad } from './keypad.ts';
import { send } from './kiosk-link.ts';

type Screen<Kind extends ScreenView['kind']> = ScreenView & { readonly kind: Kind };

interface Props<Kind extends ScreenView['kind']> {
  readonly view: KioskView;
  readonly screen: Screen<Kind>;
}

export const IdentifyScreen = ({ view, screen }: Props<'identify'>): JSX.Element => {
  const { payment } = view.words;
  return h(
    'section',
    { class: 'panel wide', 'aria-labelledby': 'screen-title' },
    h('p', { class: 'amount' }, view.basket.total),
    h(Heading, { text: payment.title }),
    h('p', { class: 'lead' }, payment.lead),
    h(
      'div',
      { class: 'ways' },
      h(
        'div',
        { class: 'way' },
        h(Icon, { name: 'scan' }),
        h('h2', null, payment.scan),
        h('p', { class: 'quiet' }, payment.scanHint),
      ),
      screen.cards.length > 0 ? h(Cards, { cards: screen.cards, view }) : null,
      h(CodeEntry, { view, notice: screen.notice }),
    ),
    h(
      'button',
      { type: 'button', class: 'button plain', onClick: () => send({ type: 'back' }) },
      payment.back,
    ),
  );
};

const Cards = ({
  cards,
  view,
}: {
  readonly cards: readonly CardView[];
  readonly view: KioskView;
}): JSX.Element => {
  const { payment } = view.words;
  return h(
    'div',
    { class: 'way' },
    h(Icon, { name: 'tap' }),
    h('h2', null, payment.demoCards),
    h(
      'ul',
      { class: 'cards' },
      cards.map(({ index, label, entryMode }) => {
        const verb = entryMode === ENTRY_MODES.chip ? payment.chip : payment.tap;
        return h(
          'li',
          { key: index },
          h(
            'button',
            { type: 'button', class: 'button', onClick: () => send({ type: 'card', index }) },
            `${verb}: ${label}`,
          ),
        );
      }),
    ),
  );
};

/** What is being typed, with the moment of each character: that tells a scanner from a hand. */
const useTyping = (): {
  readonly text: string;
  readonly keyedAtMs: () => readonly number[];
  type(character: string): void;
  become(text: string): void;
} => {
  const [text, setText] = useState('');
  const times = useRef<number[]>([]);
  const become = (next: string): void => {
    times.current = next === '' ? [] : [...times.current, performance.now()];
    setText(next);
  };
  return {
    text,
    keyedAtMs: () => times.current,
    type: (character) => become(text + character),
    become,
  };
};

const isPrintable = ({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean =>
  [...key].length === 1 && key !== ' ' && !ctrlKey && !metaKey && !altKey;

const CodeEntry = ({
  view,
  notice,
}: {
  readonly view: KioskView;
  readonly notice: string | undefined;
}): JSX.Element => {
  const { payment } = view.words;
  const typing = useTyping();
  const [shown, setShown] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  // With the screen, not after its first paint: a scanner does not wait, and half a code is another one.
  useLayoutEffect(() => {
    // A scanner types wherever the focus is: its first character takes the focus to the field, the rest follow.
    const catchKeys = (event: KeyboardEvent): void => {
      if (isPrintable(event) && !(event.target instanceof HTMLInputElement)) {
        field.current?.focus();
      }
    };
    document.addEventListener('keydown', catchKeys);
    return () => document.removeEventListener('keydown', catchKeys);
  }, []);
  const submit = (event: Event): void => {
    event.preventDefault();
    send({ type: 'identify', text: typing.text, entryMode: typedEntryMode(typing.keyedAtMs()) });
    typing.become('');
  };
  return h(
    'form',
    { class: 'way code-entry', onSubmit: submit, autocomplete: 'off' },
    h('label', { for: 'code' }, h('h2', null, payment.type)),
    h(
      'div',
      { class: 'field' },
      h('input', {
        ref: field,
        id: 'code',
        class: shown ? 'code' : 'code concealed',
        value: typing.text,
        'aria-label': payment.code,
        'aria-describedby': 'code-notice',
        autocomplete: 'off',
        autocapitalize: 'off',
        spellcheck: false,
        onInput: (event: InputEvent) =>
          typing.become((event.currentTarget as HTMLInputElement).value),
      }),
      h(
        'button',
        {
          type: 'button',
          class: 'button plain small',
          'aria-pressed': shown,
          onClick: () => setShown(!shown),
        },
        shown ? payment.hide : payment.show,
      ),
    ),
    h('p', { id: 'code-notice', class: 'notice', role: 'alert' }, notice ?? ''),
    h(Keypad, {
      letters: true,
      onKey: typing.type,
      onErase: () => typing.become(typing.text.slice(0, -1)),
      eraseLabel: view.words.shop.takeOne,
    }),
    h('button', { type: 'submit', class: 'button primary' }, payment.continue),
  );
};

export const PinScreen = ({ view, screen }: Props<'pin'>): JSX.Element => {
  const { payment } = view.words;
  const [pin, setPin] = useState('');
  const submit = (event: Event): void => {
    event.preventDefault();
    send({ type: 'pin', text: pin });
    setPin('');
  };
  return h(
    'section',
    { class: 'panel', 'aria-labelledby': 'screen-title' },
    h('p', { class: 'amount' }, view.basket.total),
    h(Heading, { text: payment.pinTitle }),
    h('p', { class: 'lead' }, payment.pinLead),
    h(
      'form',
      { class: 'code-entry', onSubmit: submit, autocomplete: 'off' },
      h('input', {
        class: 'code concealed',
        value: pin,
        inputMode: 'numeric',
        'aria-label': payment.pin,
        autocomplete: 'off',
        onInput: (event: InputEvent) => setPin((event.currentTarget as HTMLInputElement).value),
      }),
      h('p', { class: 'notice', role: 'alert' }, screen.notice ?? ''),
      h(Keypad, {
        letters: false,
        onKey: (digit: string) => setPin(pin + digit),
        onErase: () => setPin(pin.slice(0, -1)),
        eraseLabel: view.words.shop.takeOne,
      }),
      h(
        'button',
        { type: 'submit', class: 'button primary', disabled: pin === '' },
        payment.continue,
      ),
    ),
    h(
      'button',
      { type: 'button', class: 'button plain', onClick: () => send({ type: 'back' }) },
      payment.back,
    ),
  );
};
