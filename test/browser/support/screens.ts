/** Pictures of every screen, in three languages and two sizes, each looked at for what nobody could use. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { LANGUAGES } from '#client/content/languages.ts';
import { complaintsOf } from './accessibility.ts';

/** Git-ignored. */
export const SCREENS_FOLDER = '.screens';
const SIZES = [
  { name: '1080p', width: 1920, height: 1080 },
  { name: '360px', width: 360, height: 780 },
] as const;

/** Of the screen as it is; the language and the size are what they were afterwards. */
export const picture = async (page: Page, name: string): Promise<void> => {
  mkdirSync(SCREENS_FOLDER, { recursive: true });
  const before = await page.getAttribute('html', 'lang');
  for (const language of [...LANGUAGES, before]) {
    await page.click(`nav button[lang=${language}]`);
    await page.waitForSelector(`html[lang=${language}]`);
    for (const { name: size, width, height } of SIZES) {
      await page.setViewportSize({ width, height });
      const path = join(SCREENS_FOLDER, `${name}-${language}-${size}.png`);
      await page.screenshot({ path, fullPage: true, animations: 'disabled' });
      expect(await complaintsOf(page), `${name}, ${language}, ${size}`).toEqual([]);
    }
    await page.setViewportSize(SIZES[0]);
  }
};
