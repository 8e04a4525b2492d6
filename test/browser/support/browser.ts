/** A real Chromium that comes with `npm ci`: no window, no network of its own, nothing kept between runs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import chromium from '@sparticuz/chromium';
import { type BrowserContext, chromium as playwright } from 'playwright-core';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

export interface Browser {
  readonly context: BrowserContext;
  close(): Promise<void>;
}

/** Rejects with a sentence on what is missing. */
export const openBrowser = async (): Promise<Browser> => {
  const profile = mkdtempSync(join(tmpdir(), 'chromium-'));
  const remove = (): void => rmSync(profile, { recursive: true, force: true });
  try {
    chromium.setGraphicsMode = false;
    const context = await playwright.launchPersistentContext(profile, {
      executablePath: await chromium.executablePath(),
      headless: true,
      args: FLAGS,
      // What a screen of 1080 p shows.
      viewport: { width: 1920, height: 1080 },
      locale: 'en-US',
    });
    return {
      context,
      close: async () => {
        await context.close();
        remove();
      },
    };
  } catch (cause) {
    remove();
    throw new Error(
      'Chromium does not start. The one of @sparticuz/chromium is for Linux x64 and needs the libraries of NSS (Debian: apt-get install libnss3).',
      { cause },
    );
  }
};
