/** The title of a screen. It takes the focus when the screen changes, so that it is read and the keyboard starts there. */
import { h, type JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

export const Heading = ({ text }: { readonly text: string }): JSX.Element => {
  const title = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => title.current?.focus({ preventScroll: true }), []);
  return h('h1', { ref: title, id: 'screen-title', tabIndex: -1 }, text);
};
