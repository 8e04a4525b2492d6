/** What anyone must be able to use: contrast AA, names for all controls, room for a finger, and no sideways scrolling. */
import type { Page } from 'playwright-core';

/** WCAG 2.2, 2.5.8 asks for 24; a finger on a kiosk wants more. */
export const TARGET_PX = { kiosk: 40, desk: 24 } as const;
/** WCAG 2.2, 1.4.3: of large text, and of any other. */
const CONTRAST_LARGE_MIN = 3;
const CONTRAST_MIN = 4.5;

interface TextFact {
  readonly text: string;
  readonly colour: string;
  readonly ground: string;
  readonly px: number;
  readonly bold: boolean;
}
interface ControlFact {
  readonly name: string;
  readonly width: number;
  readonly height: number;
}
interface PageFact {
  readonly width: number;
  readonly screenWidth: number;
  readonly language: string;
  readonly titles: number;
}

/** Complaints about the screen as it is; none is right. `targetPx`: least size of what is pressed. */
export const complaintsOf = async (
  page: Page,
  targetPx: number = TARGET_PX.kiosk,
): Promise<readonly string[]> => [
  ...(await textsOf(page)).flatMap(judgeText),
  ...(await controlsOf(page)).flatMap((control) => judgeControl(control, targetPx)),
  ...judgePage(await pageOf(page)),
];

const luminance = (colour: string): number => {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map((value) => {
    const share = Number(value) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

const judgeText = ({ text, colour, ground, px, bold }: TextFact): readonly string[] => {
  const [one, other] = [luminance(colour), luminance(ground)];
  const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  const large = px >= 24 || (px >= 18.66 && bold);
  return ratio < (large ? CONTRAST_LARGE_MIN : CONTRAST_MIN)
    ? [`contrast ${ratio.toFixed(2)}: "${text}"`]
    : [];
};

const judgeControl = (
  { name, width, height }: ControlFact,
  targetPx: number,
): readonly string[] => [
  ...(name === '' ? ['a control without a name'] : []),
  ...(Math.min(width, height) < targetPx ? [`${width} x ${height} px: "${name}"`] : []),
];

const judgePage = ({ width, screenWidth, language, titles }: PageFact): readonly string[] => [
  ...(width > screenWidth ? [`${width} px wide on a screen of ${screenWidth}`] : []),
  ...(language === '' || titles !== 1 ? ['the page needs its language and one title'] : []),
];

const textsOf = (page: Page): Promise<TextFact[]> =>
  page.evaluate(() => {
    const groundOf = (element: Element | null): string => {
      const colour =
        element === null ? 'rgb(255, 255, 255)' : getComputedStyle(element).backgroundColor;
      return colour.startsWith('rgba') ? groundOf(element?.parentElement ?? null) : colour;
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const elements: Element[] = [];
    while (walker.nextNode() !== null) {
      const element = walker.currentNode.parentElement;
      if (element !== null && walker.currentNode.textContent?.trim() !== '') {
        elements.push(element);
      }
    }
    return (
      elements
        // What is drawn has no colour of text: pictures say nothing that stands nowhere else.
        .filter(
          (element) =>
            element.getClientRects().length > 0 && element.closest('svg, .uplot') === null,
        )
        .map((element) => {
          const { color, fontSize, fontWeight } = getComputedStyle(element);
          return {
            text: (element.textContent ?? '').slice(0, 30),
            colour: color,
            ground: groundOf(element),
            px: Number.parseFloat(fontSize),
            bold: Number(fontWeight) >= 700,
          };
        })
    );
  });

const controlsOf = (page: Page): Promise<ControlFact[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll('button, input, select, textarea, summary, a')]
      .filter((control) => control.getClientRects().length > 0)
      // Links within text are as high as the text (WCAG 2.2, 2.5.8, "inline").
      .filter((control) => getComputedStyle(control).display !== 'inline')
      .map((control) => {
        const { width, height } = control.getBoundingClientRect();
        const label = (control as HTMLInputElement).labels?.[0] ?? control.closest('label');
        const name =
          control.getAttribute('aria-label') ?? label?.textContent ?? control.textContent ?? '';
        return {
          name: name.trim().slice(0, 30),
          width: Math.round(width),
          height: Math.round(height),
        };
      }),
  );

const pageOf = (page: Page): Promise<PageFact> =>
  page.evaluate(() => ({
    width: document.documentElement.scrollWidth,
    screenWidth: innerWidth,
    language: document.documentElement.lang,
    titles: document.querySelectorAll('h1').length,
  }));
