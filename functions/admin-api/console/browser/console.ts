/** Script of the console's pages: what a page without it does not lack, only looks better with. */
import { showLive } from './live.ts';
import { tellLocalTimes } from './local-times.ts';
import { makeWeeksDraggable } from './week.ts';

tellLocalTimes(document);
makeWeeksDraggable(document);
showLive(document);
for (const button of document.querySelectorAll<HTMLButtonElement>('[data-print]')) {
  button.addEventListener('click', () => print());
}
