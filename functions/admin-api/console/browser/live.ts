/** The live figures, asked for every few seconds while somebody looks: what works behind any gateway. */
import uPlot from 'uplot';
import { tellLocalTimes } from './local-times.ts';

/** Milliseconds between two questions, and after one that failed. */
const ASK_MS = 5_000;
const AGAIN_MS = 15_000;
const HEIGHT = 220;

/** Of `GET console/live.json`. */
interface Live {
  /** Unix seconds, approved, declined: one number per minute, the oldest first. */
  readonly series: readonly [readonly number[], readonly number[], readonly number[]];
  /** Parts of the page, by the name of what they go into. */
  readonly parts: Readonly<Record<string, string>>;
}

export const showLive = (within: ParentNode): void => {
  const place = within.querySelector<HTMLElement>('[data-live]');
  if (place === null) {
    return;
  }
  let chart: uPlot | undefined;
  const show = ({ series, parts }: Live): void => {
    const data = series.map((numbers) => [...numbers]) as uPlot.AlignedData;
    if (chart === undefined) {
      chart = createChart(place, data);
    } else {
      chart.setData(data);
    }
    for (const [name, text] of Object.entries(parts)) {
      const part = document.getElementById(`live-${name}`);
      if (part !== null) {
        // Made by the server from escaped text, as the page itself was.
        part.innerHTML = text;
        tellLocalTimes(part);
      }
    }
    place.dataset.state = 'fresh';
  };
  const ask = async (): Promise<void> => {
    let waitMs = ASK_MS;
    if (!document.hidden) {
      try {
        const answer = await fetch('live.json', { headers: { accept: 'application/json' } });
        if (!answer.ok) {
          throw new Error(String(answer.status));
        }
        show((await answer.json()) as Live);
      } catch {
        place.dataset.state = 'stale';
        waitMs = AGAIN_MS;
      }
    }
    setTimeout(() => void ask(), waitMs);
  };
  void ask();
  new ResizeObserver(() => chart?.setSize({ width: place.clientWidth, height: HEIGHT })).observe(
    place,
  );
};

/** A canvas does not know the sheet's names, nor what of them is light and what dark: an element does. */
const coloursOf = (place: HTMLElement): ((name: string) => string) => {
  const sample = place.appendChild(document.createElement('i'));
  return (name) => {
    sample.style.color = `var(${name})`;
    return getComputedStyle(sample).color;
  };
};

const two = (value: number): string => String(value).padStart(2, '0');

/** `16:05`, on the clock of the reader. */
const timesOf = (_chart: uPlot, atS: readonly number[]): string[] =>
  atS.map((at) => {
    const date = new Date(at * 1000);
    return `${two(date.getHours())}:${two(date.getMinutes())}`;
  });

const createChart = (place: HTMLElement, data: uPlot.AlignedData): uPlot => {
  const colour = coloursOf(place);
  const axis = {
    stroke: colour('--soft'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { stroke: colour('--line'), width: 1 },
  };
  const points = { show: false };
  const { approved = '', declined = '', time = '' } = place.dataset;
  return new uPlot(
    {
      width: place.clientWidth,
      height: HEIGHT,
      cursor: { drag: { x: false, y: false } },
      scales: { y: { range: (_chart, _min, max) => [0, Math.max(5, max)] } },
      axes: [
        { ...axis, values: timesOf },
        { ...axis, size: 44, incrs: [1, 2, 5, 10, 50, 100, 500, 1_000, 5_000] },
      ],
      series: [
        { label: time, value: (chart, at) => (at === null ? '' : (timesOf(chart, [at])[0] ?? '')) },
        {
          label: approved,
          stroke: colour('--good'),
          fill: colour('--good-soft'),
          width: 2,
          points,
        },
        { label: declined, stroke: colour('--bad'), width: 2, dash: [4, 3], points },
      ],
    },
    data,
    place,
  );
};
