/** The kiosk as a plain process with a modem in software and a terminal of its own. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Demo } from './demo.ts';
import { type KeptProcess, startKept } from './kept-process.ts';
import type { Before } from './rest-api.ts';

/** Folder of its outbox and its settings in the data folder; `npm run kiosk` has another. */
export const KIOSK_FOLDER = 'page-kiosk';

/** As `npm run kiosk`: it waits for people and a modem, and a kiosk has little memory. */
const NODE_OPTIONS = ['--lite-mode', '--max-semi-space-size=1'];

export interface KioskProcessOptions {
  readonly file: string;
  /** Data folder. */
  readonly dir: string;
  readonly port: number;
  readonly bridge: { readonly host: string; readonly port: number };
  readonly demo: Demo;
  onOutput?(text: string): void;
}

/** Resolves once its page is served. Its settings hold keys, so their file is private. */
export const startKioskProcess = (options: KioskProcessOptions): Promise<KeptProcess> => {
  const { file, dir, port, bridge, demo, onOutput } = options;
  const folder = join(dir, KIOSK_FOLDER);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const settings = join(folder, 'settings.json');
  const { kioskTerminal: terminal, users, products, offlineMaxMinor } = demo;
  const content = JSON.stringify({ bridge, terminal, users, products, offlineMaxMinor });
  writeFileSync(settings, content, { mode: 0o600 });
  return startKept({
    name: 'kiosk',
    args: [
      ...NODE_OPTIONS,
      file,
      ...['--local', settings, '--outbox', folder, '--http-port', String(port)],
    ],
    environment: {},
    readyUrl: `http://127.0.0.1:${port}/`,
    ...(onOutput && { onOutput }),
  });
};

/** Sends whoever asks for /kiosk beside the console to the kiosk itself. */
export const redirectToKiosk =
  (kioskUrl: string): Before =>
  (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://local');
    if (request.method !== 'GET' || pathname !== '/kiosk') {
      return false;
    }
    response.writeHead(302, { location: kioskUrl });
    response.end();
    return true;
  };
