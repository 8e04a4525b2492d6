/** The kiosk's process, as `npm run kiosk` starts it, is small enough for the boards that kiosks have. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EventReader, touch } from '../../support/kiosk/event-reader.ts';
import { buildPage } from '../../support/kiosk/kiosk-rig.ts';
import { openTcpBridge, type TcpBridge } from './support/tcp-bridge.ts';

/** Resident megabytes, the goal: 42 are Node itself before any program; 57 were measured, with the modem in software. */
const RESIDENT_MB_MAX = 60;
/** Of its own, not shared with the binary: 16 were measured. */
const OWN_MB_MAX = 25;
const SALES = 20;
const KB_PER_MB = 1_024;

let page: Awaited<ReturnType<typeof buildPage>>;
let tcp: TcpBridge;
let kiosk: ChildProcess;
let folder = '';

beforeAll(async () => {
  page = await buildPage();
  tcp = await openTcpBridge();
  tcp.bridge.advisedMode = 0;
  tcp.bridge.catalogue = [['LIP-01', 'Lipstick rose', 12_900, 1, 0]];
  folder = mkdtempSync(join(tmpdir(), 'kiosk-memory-'));
  const settings = join(folder, 'settings.json');
  const terminal = {
    id: 1001,
    keyVersion: 1,
    linkKey: '01'.repeat(32),
    messageKey: '02'.repeat(32),
    region: 'KR',
  };
  const users = [{ id: 'U-RICH', identifier: 'IC00000CARD1', entryMode: 7 }];
  const bridge = { host: '127.0.0.1', port: tcp.port };
  writeFileSync(settings, JSON.stringify({ bridge, terminal, users, products: [] }));
  kiosk = spawn(process.execPath, [
    ...flagsOfTheScript(),
    join(page.folder, 'index.mjs'),
    ...['--local', settings, '--outbox', folder, '--http-port', '0'],
  ]);
});
afterAll(async () => {
  kiosk.kill('SIGTERM');
  await once(kiosk, 'exit');
  tcp.close();
  page.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** What `npm run kiosk` gives Node. */
const flagsOfTheScript = (): readonly string[] => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    scripts: { kiosk: string };
  };
  return /node (--.*) dist\/kiosk/.exec(scripts.kiosk)?.[1]?.split(' ') ?? [];
};

/** The first line that it prints holds its address. */
const addressOf = async (child: ChildProcess): Promise<string> => {
  for await (const chunk of child.stdout ?? []) {
    const url = /http:\/\/\S+/.exec(String(chunk))?.[0];
    if (url !== undefined) {
      return url;
    }
  }
  throw new Error('the kiosk ended before it served its page');
};

const megabytes = (child: ChildProcess, line: string): number => {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Number(new RegExp(`^${line}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / KB_PER_MB;
};

it.runIf(process.platform === 'linux')(
  `stays below ${RESIDENT_MB_MAX} MB through ${SALES} sales, with a page open and the modem in software`,
  async () => {
    const url = await addressOf(kiosk);
    const shop = new EventReader(`${url}events`);
    const service = new EventReader(`${url}service/events`);
    await shop.until(() => shop.newest('view')?.products.length === 1);
    for (let sale = 0; sale < SALES; sale += 1) {
      await touch(url, { type: 'add', sku: 'LIP-01' });
      await touch(url, { type: 'checkout' });
      await touch(url, { type: 'card', index: 0 });
      await shop.until(() => shop.newest('view')?.screen.kind === 'outcome');
      await touch(url, { type: 'done' });
      await shop.until(() => shop.newest('view')?.screen.kind === 'shop');
    }
    expect(tcp.bridge.posted).toHaveLength(SALES);
    expect(megabytes(kiosk, 'VmRSS')).toBeLessThan(RESIDENT_MB_MAX);
    expect(megabytes(kiosk, 'RssAnon')).toBeLessThan(OWN_MB_MAX);
    shop.close();
    service.close();
  },
);
