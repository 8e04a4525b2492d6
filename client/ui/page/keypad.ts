/** Keys on the glass, for screens without a keyboard. */
import { h, type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Icon } from './icons.ts';

const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

interface KeypadProps {
  /** Letters can be had besides. */
  readonly letters: boolean;
  readonly onKey: (character: string) => void;
  readonly onErase: () => void;
  readonly eraseLabel: string;
}

export const Keypad = ({ letters, onKey, onErase, eraseLabel }: KeypadProps): JSX.Element => {
  const [lettersShown, setLettersShown] = useState(false);
  const key = (character: string): JSX.Element =>
    h(
      'button',
      { key: character, type: 'button', class: 'key', onClick: () => onKey(character) },
      character,
    );
  const erase = h(
    'button',
    { key: 'erase', type: 'button', class: 'key', 'aria-label': eraseLabel, onClick: onErase },
    h(Icon, { name: 'erase' }),
  );
  const other = letters
    ? h(
        'button',
        {
          key: 'other',
          type: 'button',
          class: 'key key-other',
          'aria-pressed': lettersShown,
          onClick: () => setLettersShown(!lettersShown),
        },
        lettersShown ? '123' : 'ABC',
      )
    : h('span', { key: 'other' });
  return lettersShown
    ? h('div', { class: 'keypad keypad-letters' }, LETTERS.map(key), other, erase)
    : h('div', { class: 'keypad' }, DIGITS.map(key), other, key('0'), erase);
};
