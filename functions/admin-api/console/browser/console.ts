/** Script of the console's pages: what a page without it does not lack, only looks better with. */
import { showLive } from './live.ts';
import { tellLocalTimes } from './local-times.ts';
import { makeWeeksDraggable } from './week.ts';

tellLocalTimes(document);
makeWeeksDraggable(document);
showLive(document);
// With a base address in the page, its own anchors would load it anew and lose what was typed.
for (const link of document.querySelectorAll<HTMLAnchorElement>('.skip')) {
  link.addEventListener('click', (event) => {
    event.preventDefault();
    document.getElementById('main')?.focus();
  });
}
for (const button of document.querySelectorAll<HTMLButtonElement>('[data-print]')) {
  button.addEventListener('click', () => print());
}
