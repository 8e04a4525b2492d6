/** A week of sale hours to drag over: what is drawn is written into the rows below it, which the form sends. */

const DAY_MINUTES = 1_440;
/** Minutes that a drag snaps to. */
const STEP = 30;
const SVG = 'http://www.w3.org/2000/svg';
const HOUR_PX = 14;
const DAY_PX = 96;
const LEFT = 44;
const TOP = 24;

interface Block {
  readonly day: number;
  readonly from: number;
  readonly to: number;
}

interface Row {
  readonly element: HTMLElement;
  readonly days: readonly HTMLInputElement[];
  readonly from: HTMLInputElement;
  readonly to: HTMLInputElement;
}

export const makeWeeksDraggable = (within: ParentNode): void => {
  for (const week of within.querySelectorAll<HTMLElement>('[data-week]')) {
    const calendar = week.querySelector<HTMLElement>('.calendar');
    if (calendar !== null) {
      createWeek(calendar, rowsOf(week));
    }
  }
};

const rowsOf = (week: HTMLElement): readonly Row[] =>
  [...week.querySelectorAll<HTMLElement>('.hours')].flatMap((element) => {
    const [from, to] = element.querySelectorAll<HTMLInputElement>('input:not([type=checkbox])');
    const days = [...element.querySelectorAll<HTMLInputElement>('input[type=checkbox]')];
    return from === undefined || to === undefined ? [] : [{ element, days, from, to }];
  });

const minutesOf = (text: string): number | undefined => {
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})$/.exec(text.trim()) ?? [];
  return hours === undefined ? undefined : Number(hours) * 60 + Number(minutes);
};

const timeOf = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

/** Hours past midnight are two blocks, as the server draws them. */
const blocksOf = (row: Row): readonly Block[] => {
  const [from, to] = [minutesOf(row.from.value), minutesOf(row.to.value)];
  if (from === undefined || to === undefined) {
    return [];
  }
  return row.days
    .filter(({ checked }) => checked)
    .flatMap(({ value }) => {
      const day = Number(value);
      return to > from
        ? [{ day, from, to }]
        : [
            { day, from, to: DAY_MINUTES },
            ...(to === 0 ? [] : [{ day: (day % 7) + 1, from: 0, to }]),
          ];
    });
};

const isEmpty = (row: Row): boolean =>
  row.from.value === '' && row.to.value === '' && row.days.every(({ checked }) => !checked);

const clear = (row: Row): void => {
  row.from.value = '';
  row.to.value = '';
  for (const day of row.days) {
    day.checked = false;
  }
};

const createWeek = (calendar: HTMLElement, rows: readonly Row[]): void => {
  const names = (calendar.dataset.days ?? '').split(' ');
  const svg = node('svg', {
    viewBox: `0 0 ${LEFT + 7 * DAY_PX} ${TOP + 24 * HOUR_PX + 8}`,
    class: 'week-grid',
  });
  const blocks = node('g', {});
  const dragged = node('rect', { class: 'dragged', width: DAY_PX - 2, visibility: 'hidden' });
  svg.append(...gridOf(names), blocks, dragged);
  calendar.replaceChildren(svg);
  const draw = (): void => {
    blocks.replaceChildren(
      ...rows.flatMap((row) => blocksOf(row).map((block) => blockOf(row, block, draw))),
    );
    for (const row of rows) {
      row.element.hidden &&= isEmpty(row);
    }
  };
  for (const { from, to, days } of rows) {
    for (const input of [from, to, ...days]) {
      input.addEventListener('input', draw);
    }
  }
  watchDrags(svg as SVGSVGElement, dragged, (firstDay, lastDay, from, to) => {
    const free = rows.find(isEmpty);
    if (free !== undefined) {
      free.from.value = timeOf(from);
      free.to.value = timeOf(to);
      for (const [at, day] of free.days.entries()) {
        day.checked = at + 1 >= firstDay && at + 1 <= lastDay;
      }
      free.element.hidden = false;
      draw();
    }
  });
  draw();
};

const node = (name: string, attributes: Readonly<Record<string, string | number>>): SVGElement => {
  const element = document.createElementNS(SVG, name) as SVGElement;
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, String(value));
  }
  return element;
};

const gridOf = (names: readonly string[]): readonly SVGElement[] => [
  ...names.flatMap((name, at) => {
    const x = LEFT + at * DAY_PX;
    const label = node('text', { x: x + DAY_PX / 2, y: 16, class: 'day-name' });
    label.textContent = name;
    return [
      label,
      node('rect', { x, y: TOP, width: DAY_PX - 2, height: 24 * HOUR_PX, class: 'day' }),
    ];
  }),
  ...[0, 3, 6, 9, 12, 15, 18, 21, 24].flatMap((hour) => {
    const y = TOP + hour * HOUR_PX;
    const label = node('text', { x: LEFT - 6, y: y + 4, class: 'hour-name' });
    label.textContent = timeOf(hour * 60);
    return [
      label,
      node('line', { x1: LEFT, x2: LEFT + 7 * DAY_PX, y1: y, y2: y, class: 'hour-line' }),
    ];
  }),
];

/** A click takes the hours of that day away. */
const blockOf = (row: Row, { day, from, to }: Block, draw: () => void): SVGElement => {
  const group = node('g', { class: 'block' });
  const x = LEFT + (day - 1) * DAY_PX;
  const y = TOP + (from / 60) * HOUR_PX;
  const height = ((to - from) / 60) * HOUR_PX;
  const label = node('text', {
    x: x + DAY_PX / 2,
    y: y + Math.min(height / 2 + 4, 14),
    class: 'block-name',
  });
  label.textContent = `${timeOf(from)}–${timeOf(to)}`;
  group.append(node('rect', { x, y, width: DAY_PX - 2, height }), label);
  group.addEventListener('pointerdown', (event) => event.stopPropagation());
  group.addEventListener('click', () => {
    const own = row.days[day - 1];
    if (own?.checked === true) {
      own.checked = false;
    } else {
      // The part after midnight belongs to the day before.
      const before = row.days[(day + 5) % 7];
      if (before !== undefined) {
        before.checked = false;
      }
    }
    if (row.days.every(({ checked }) => !checked)) {
      clear(row);
    }
    draw();
  });
  return group;
};

/** From a press to where it is let go: days from left to right, hours from top to bottom. */
const watchDrags = (
  svg: SVGSVGElement,
  shown: SVGElement,
  onDrag: (firstDay: number, lastDay: number, from: number, to: number) => void,
): void => {
  let begun: { readonly day: number; readonly minutes: number } | undefined;
  const place = (event: PointerEvent) => {
    const { left, top, width } = svg.getBoundingClientRect();
    const scale = (LEFT + 7 * DAY_PX) / width;
    const day = Math.floor(((event.clientX - left) * scale - LEFT) / DAY_PX) + 1;
    const minutes = (((event.clientY - top) * scale - TOP) / HOUR_PX) * 60;
    return {
      day: Math.max(1, Math.min(7, day)),
      minutes: Math.max(0, Math.min(DAY_MINUTES, Math.round(minutes / STEP) * STEP)),
    };
  };
  const span = (at: { readonly day: number; readonly minutes: number }) => {
    const start = begun ?? at;
    return {
      firstDay: Math.min(start.day, at.day),
      lastDay: Math.max(start.day, at.day),
      from: Math.min(start.minutes, at.minutes),
      to: Math.max(start.minutes, at.minutes),
    };
  };
  svg.addEventListener('pointerdown', (event) => {
    begun = place(event);
    svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener('pointermove', (event) => {
    if (begun !== undefined) {
      const { firstDay, lastDay, from, to } = span(place(event));
      shown.setAttribute('x', String(LEFT + (firstDay - 1) * DAY_PX));
      shown.setAttribute('width', String((lastDay - firstDay + 1) * DAY_PX - 2));
      shown.setAttribute('y', String(TOP + (from / 60) * HOUR_PX));
      shown.setAttribute('height', String(((to - from) / 60) * HOUR_PX));
      shown.setAttribute('visibility', 'visible');
    }
  });
  svg.addEventListener('pointerup', (event) => {
    const { firstDay, lastDay, from, to } = span(place(event));
    shown.setAttribute('visibility', 'hidden');
    if (begun !== undefined && to > from) {
      onDrag(firstDay, lastDay, from, to);
    }
    begun = undefined;
  });
};
