/** Pictures of the products, drawn by us: one shape per family of skus, one palette per sku. */
import { h, type JSX } from 'preact';

interface Palette {
  readonly ground: string;
  readonly body: string;
  readonly shade: string;
  readonly light: string;
  readonly metal: string;
}

const GOLD = '#c9a97c';
const PALETTES: readonly Palette[] = [
  { ground: '#f6e7e4', body: '#a8324f', shade: '#84243c', light: '#c9607a', metal: GOLD },
  { ground: '#efe6da', body: '#e8d3b5', shade: '#cdb28c', light: '#f7ebd9', metal: GOLD },
  { ground: '#e9ebe4', body: '#8fa08a', shade: '#6f816b', light: '#b5c2b0', metal: '#b9b4a6' },
  { ground: '#ece7ef', body: '#7d6a92', shade: '#614f76', light: '#a897ba', metal: '#b9b2c0' },
  { ground: '#f4e8dd', body: '#c77b58', shade: '#a65f3f', light: '#e0a588', metal: GOLD },
  { ground: '#e6ecef', body: '#6f8ea0', shade: '#557386', light: '#9fb8c6', metal: '#aeb8bd' },
];

const rect = (
  [x, y, width, height]: readonly [number, number, number, number],
  fill: string,
  rx = 0,
): JSX.Element => h('rect', { x, y, width, height, fill, rx });
const path = (d: string, fill: string): JSX.Element => h('path', { d, fill });

type Draw = (palette: Palette) => readonly JSX.Element[];

const lipstick: Draw = ({ body, shade, light, metal }) => [
  rect([64, 96, 32, 52], '#2b2326', 3),
  rect([64, 96, 10, 52], '#443a3e', 3),
  rect([67, 78, 26, 20], metal, 2),
  rect([67, 78, 8, 20], '#e2cba6', 2),
  path('M70 78 V50 C70 42 90 30 90 30 V78 Z', body),
  path('M82 78 V34.5 L90 30 V78 Z', shade),
  path('M73 74 V52 C73 49 76 46 78 44 V74 Z', light),
];
const perfume: Draw = ({ body, shade, light, metal }) => [
  rect([69, 30, 22, 22], '#2b2326', 3),
  rect([74, 52, 12, 10], metal),
  rect([48, 62, 64, 84], light, 10),
  rect([54, 78, 52, 62], body, 6),
  path('M86 78 H100 A6 6 0 0 1 106 84 V134 A6 6 0 0 1 100 140 H86 Z', shade),
  rect([66, 98, 28, 20], '#fffaf4', 1),
  rect([71, 107, 18, 1.5], metal),
];
const jar: Draw = ({ body, shade, light, metal }) => [
  rect([46, 70, 68, 24], metal, 5),
  rect([46, 70, 20, 24], '#e2cba6', 5),
  rect([42, 92, 76, 52], body, 12),
  path('M96 92 H106 A12 12 0 0 1 118 104 V132 A12 12 0 0 1 106 144 H96 Z', shade),
  rect([50, 100, 8, 36], light, 4),
  rect([64, 112, 32, 14], '#fffaf4', 1),
];
const dropper: Draw = ({ body, shade, light, metal }) => [
  rect([72, 26, 16, 26], '#2b2326', 8),
  rect([68, 50, 24, 14], metal, 2),
  path(
    'M68 64 H92 C92 74 104 76 104 88 V138 A8 8 0 0 1 96 146 H64 A8 8 0 0 1 56 138 V88 C56 76 68 74 68 64 Z',
    body,
  ),
  path('M88 64 H92 C92 74 104 76 104 88 V138 A8 8 0 0 1 96 146 H88 Z', shade),
  rect([62, 92, 6, 44], light, 3),
  rect([72, 100, 20, 26], '#fffaf4', 1),
];
const compact: Draw = ({ body, shade, light, metal }) => [
  h('circle', { cx: 80, cy: 68, r: 36, fill: metal }),
  h('circle', { cx: 80, cy: 68, r: 31, fill: '#eef1f2' }),
  path('M58 50 A31 31 0 0 1 96 42 L70 90 A31 31 0 0 1 56 80 Z', '#ffffff'),
  h('ellipse', { cx: 80, cy: 122, rx: 42, ry: 22, fill: shade }),
  h('ellipse', { cx: 80, cy: 117, rx: 42, ry: 22, fill: body }),
  h('ellipse', { cx: 80, cy: 116, rx: 33, ry: 16, fill: light }),
];
const sachet: Draw = ({ body, shade, light, metal }) => [
  rect([48, 32, 64, 112], body, 4),
  rect([96, 32, 16, 112], shade, 4),
  rect([48, 32, 64, 10], light, 4),
  h('ellipse', { cx: 78, cy: 88, rx: 20, ry: 26, fill: '#fffaf4' }),
  h('ellipse', { cx: 71, cy: 82, rx: 4, ry: 2, fill: body }),
  h('ellipse', { cx: 85, cy: 82, rx: 4, ry: 2, fill: body }),
  h('ellipse', { cx: 78, cy: 99, rx: 5, ry: 2, fill: body }),
  rect([64, 126, 28, 1.5], metal),
];
const polish: Draw = ({ body, shade, light }) => [
  path('M72 28 H88 L91 86 H69 Z', '#2b2326'),
  path('M72 28 H77 L75 86 H69 Z', '#443a3e'),
  rect([56, 86, 48, 58], body, 12),
  path('M86 86 H92 A12 12 0 0 1 104 98 V132 A12 12 0 0 1 92 144 H86 Z', shade),
  rect([62, 96, 6, 38], light, 3),
];
const tube: Draw = ({ body, shade, light, metal }) => [
  path('M54 32 H106 L98 120 H62 Z', body),
  path('M88 32 H106 L98 120 H88 Z', shade),
  path('M60 38 H68 L70 114 H67 Z', light),
  rect([64, 120, 32, 26], metal, 4),
  rect([70, 66, 20, 30], '#fffaf4', 1),
];

/** By the letters that a sku begins with. */
const SHAPES: Readonly<Record<string, Draw>> = {
  LIP: lipstick,
  PRF: perfume,
  CRM: jar,
  SRM: dropper,
  CUS: compact,
  MSK: sachet,
  NAL: polish,
};

const paletteOf = (sku: string): Palette => {
  const sum = [...sku].reduce((total, letter) => total * 31 + letter.charCodeAt(0), 7);
  return PALETTES[Math.abs(sum) % PALETTES.length] as Palette;
};

/** Decoration: the name stands beside it. */
export const ProductArt = ({ sku }: { readonly sku: string }): JSX.Element => {
  const palette = paletteOf(sku);
  const draw = SHAPES[sku.slice(0, 3).toUpperCase()] ?? tube;
  return h(
    'svg',
    { class: 'art', viewBox: '0 0 160 160', 'aria-hidden': 'true', focusable: 'false' },
    // Wider than the picture, whatever the shape of its frame.
    rect([-160, -160, 480, 480], palette.ground),
    h('ellipse', { cx: 80, cy: 147, rx: 44, ry: 4, fill: '#00000014' }),
    ...draw(palette),
  );
};
