/** `npm run kiosk`: the kiosk's page with its modem, or one sale in this terminal window. */
import { fileURLToPath } from 'node:url';
import { AtError } from './at/at-error.ts';
import { EXIT } from './exit-codes.ts';
import { type KioskDeps, startKiosk } from './kiosk/kiosk-process.ts';
import { KioskError } from './kiosk-error.ts';
import { HELP, type KioskSettings, readKioskSettings } from './kiosk-settings.ts';
import { OutboxError } from './outbox/outbox-error.ts';
import { systemClock, systemRandom, systemTimers } from './system-time.ts';

/** Milliseconds that modem and page may take to close; what is open is on the disk anyway. */
const CLOSE_MS_MAX = 5_000;
/** The page beside the bundle. */
const PAGE_FOLDER: string = fileURLToPath(new URL('page', import.meta.url));

const stopped = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => resolve());
    }
  });

/** Bit/s that customer displays come with. */
const DISPLAY_BAUD = 9_600;

/** Loaded only where there is one: its tables of characters are larger than the rest of the kiosk. */
const openDisplay = async ({
  display,
  displayCharset,
}: KioskSettings): Promise<Pick<KioskDeps, 'onView'>> => {
  if (display === undefined) {
    return {};
  }
  const { createCustomerDisplay } = await import('./ui/customer-display.ts');
  const { openSerialPort } = await import('./modem/serial-port.ts');
  const options = { path: display, baud: DISPLAY_BAUD, timers: systemTimers };
  const { show } = createCustomerDisplay(await openSerialPort(options), displayCharset);
  return { onView: show };
};

const servePage = async (settings: KioskSettings): Promise<number> => {
  const kiosk = await startKiosk(settings, {
    ...(await openDisplay(settings)),
    clock: systemClock,
    timers: systemTimers,
    random: systemRandom,
    pageFolder: PAGE_FOLDER,
  });
  process.stdout.write(`kiosk  ${kiosk.url}\nmodem  ${settings.modem}\nstop   Ctrl-C\n`);
  await stopped();
  await Promise.race([kiosk.close(), systemTimers.sleep(CLOSE_MS_MAX)]);
  return EXIT.paid;
};

const sellHere = async (settings: KioskSettings): Promise<number> => {
  const { sellOnScreen } = await import('./sell-on-screen.ts');
  const colour = process.stdout.isTTY === true && (process.env.NO_COLOR ?? '') === '';
  return await sellOnScreen(settings, colour);
};

/** A port that is taken, in words. */
const portTaken = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    ? 'port_in_use: the port of the page is taken. Choose another with --http-port, or 0 for any.'
    : undefined;

const main = async (): Promise<number> => {
  try {
    const settings = readKioskSettings(process.argv.slice(2));
    if (settings === 'help') {
      process.stdout.write(`${HELP}\n`);
      return EXIT.paid;
    }
    return settings.screen ? await sellHere(settings) : await servePage(settings);
  } catch (error) {
    const known =
      error instanceof KioskError || error instanceof AtError || error instanceof OutboxError;
    const message = error instanceof Error ? error.message : 'unknown';
    const taken = portTaken(error);
    const text = known ? message : (taken ?? `internal: ${message}\nPlease report this.`);
    process.stderr.write(`${text}\n`);
    return known || taken !== undefined ? EXIT.operating : EXIT.bug;
  }
};

process.exit(await main());
