/** Line icons, drawn by us. */
import { h, type JSX } from 'preact';

const PATHS = {
  paid: 'M4 12.5 L9.5 18 L20 6.5',
  refused: 'M12 6 V13.5 M12 17.6 V18',
  open: 'M12 6.5 V12.5 L16 15',
  stored: 'M5 7 H19 V19 H5 Z M5 7 L12 13 L19 7',
  scan: 'M4 8 V4 H8 M16 4 H20 V8 M20 16 V20 H16 M8 20 H4 V16 M7 9 V15 M10 9 V15 M13.5 9 V15 M17 9 V15',
  tap: 'M6 16 A6 6 0 0 0 6 8 M10 18.5 A10 10 0 0 0 10 5.5 M14 21 A14 14 0 0 0 14 3',
  chip: 'M3 6 H21 V18 H3 Z M6.5 10 H10.5 V14 H6.5 Z',
  erase: 'M9 6 H20 V18 H9 L4 12 Z M11.5 9.5 L16.5 14.5 M16.5 9.5 L11.5 14.5',
  back: 'M14 6 L8 12 L14 18',
} as const;
export type IconName = keyof typeof PATHS;

export const Icon = ({ name }: { readonly name: IconName }): JSX.Element =>
  h(
    'svg',
    { class: `icon icon-${name}`, viewBox: '0 0 24 24', 'aria-hidden': 'true', focusable: 'false' },
    h('path', { d: PATHS[name] }),
  );

const BAR_HEIGHTS = [6, 10, 14, 18];

/** Four bars as on a phone; the text beside it says the same. */
export const SignalBars = ({
  bars,
  label,
}: {
  readonly bars: number;
  readonly label: string;
}): JSX.Element =>
  h(
    'svg',
    { class: 'bars', viewBox: '0 0 24 20', role: 'img', 'aria-label': label },
    BAR_HEIGHTS.map((height, index) =>
      h('rect', {
        x: 1 + index * 6,
        y: 19 - height,
        width: 4,
        height,
        rx: 1,
        class: index < bars ? 'bar-on' : 'bar-off',
      }),
    ),
  );
