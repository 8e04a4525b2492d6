/** The kiosk's process: it owns modem, terminal and outbox, and serves the page that shows them. */
import { linkKeysOf, messageKeysOf } from '#protocol/cp1/keys.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';
import { AirMeter } from '../air-meter.ts';
import type { DialogueLine } from '../at/at-channel.ts';
import { createCatalogueCache } from '../content/catalogue-cache.ts';
import type { DialogueView, KioskAction, KioskView } from '../content/kiosk-view.ts';
import { languageOf } from '../content/languages.ts';
import { type RegionZone, zoneOfRegion } from '../content/region-zone.ts';
import type { KioskSettings } from '../kiosk-settings.ts';
import { type OpenModem, openModem } from '../open-modem.ts';
import { openFileOutbox } from '../outbox/file-outbox.ts';
import { createFrameSeal } from '../outbox/frame-seal.ts';
import { STORED_AGE_S_MAX, STORED_COUNT_MAX } from '../outbox/stored-sales.ts';
import type { Clock, Random, Timers } from '../ports.ts';
import { Terminal } from '../terminal.ts';
import { CatalogueKeeper } from './catalogue-keeper.ts';
import { EventStreams, eventOf } from './event-streams.ts';
import { ModemKeeper, type ModemState } from './modem-keeper.ts';
import { startPageServer } from './page-server.ts';
import { SaleLog } from './sale-log.ts';
import { dialogueView, serviceView } from './service-view.ts';
import { Shop } from './shop.ts';
import { kioskView } from './shop-view.ts';

/** Lines of the dialogue that an operator who opens the service view finds. */
export const DIALOGUE_LINES_MAX = 200;
/** Changes within this are told in one go: a sale makes a dozen. */
const TELL_MS = 25;
const FIRMWARE = '1.0';

export interface KioskDeps {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  /** Folder of the built page. */
  readonly pageFolder: string;
  /** Opens the modem anew; the one of the settings where absent. */
  readonly open?: (onDialogue: (line: DialogueLine) => void) => Promise<Pick<OpenModem, 'driver'>>;
  /** What the screen of the page says, for a small display besides. */
  readonly onView?: (view: KioskView) => void;
}

export interface Kiosk {
  readonly url: string;
  /** What is open stays in the outbox. */
  close(): Promise<void>;
}

/** Resolves once the page is served; the modem comes up by itself. Rejects with OutboxError, or where the port is taken. */
export const startKiosk = async (settings: KioskSettings, deps: KioskDeps): Promise<Kiosk> => {
  const outbox = openFileOutbox(settings.outboxDir, createFrameSeal(settings.messageKey));
  try {
    return await new KioskProcess(settings, deps, outbox).serve();
  } catch (error) {
    outbox.close();
    throw error;
  }
};

class KioskProcess {
  readonly #settings: KioskSettings;
  readonly #deps: KioskDeps;
  readonly #outbox: ReturnType<typeof openFileOutbox>;
  readonly #timeZone: RegionZone;
  readonly #meter = new AirMeter();
  readonly #sales: SaleLog;
  readonly #streams = { shop: new EventStreams(), service: new EventStreams() };
  readonly #modem: ModemKeeper;
  readonly #terminal: Terminal;
  readonly #catalogue: CatalogueKeeper;
  readonly #shop: Shop;
  #dialogue: readonly DialogueView[] = [];
  #modemKind: ModemState['kind'] = 'starting';
  #telling = false;
  #told = '';

  constructor(settings: KioskSettings, deps: KioskDeps, outbox: ReturnType<typeof openFileOutbox>) {
    this.#settings = settings;
    this.#deps = deps;
    this.#outbox = outbox;
    this.#timeZone = zoneOfRegion(settings.region);
    const { clock, timers, random } = deps;
    this.#sales = new SaleLog(
      () => this.#meter.count,
      () => clock.nowMs(),
    );
    this.#modem = new ModemKeeper({
      open: () => this.#openModem(),
      host: settings.host,
      port: settings.port,
      clock,
      timers,
      random,
      onChange: ({ kind }) => this.#modemBecame(kind),
    });
    this.#terminal = this.#createTerminal();
    this.#catalogue = new CatalogueKeeper({
      ask: (request) => this.#terminal.readCatalogue(request),
      cache: createCatalogueCache(settings.outboxDir),
      clock,
      timers,
      random,
      onCatalogue: (catalogue) => {
        this.#shop.catalogue = catalogue;
      },
      onPassed: () => this.#changed(),
    });
    this.#shop = this.#createShop();
  }

  async serve(): Promise<Kiosk> {
    const server = await startPageServer({
      folder: this.#deps.pageFolder,
      port: this.#settings.httpPort,
      ...this.#streams,
      firstShop: () => [eventOf('view', this.#view())],
      firstService: () => [
        eventOf('service', this.#serviceView()),
        ...this.#dialogue.map((line) => eventOf('dialogue', line)),
      ],
      onAction: (action) => this.#act(action),
    });
    this.#modem.start();
    this.#terminal.start();
    this.#catalogue.start();
    return {
      url: server.url,
      close: async () => {
        this.#catalogue.stop();
        this.#shop.close();
        this.#terminal.close();
        await server.close();
        await this.#modem.stop();
        this.#outbox.close();
      },
    };
  }

  #createTerminal(): Terminal {
    const { terminal, keyVersion, linkKey, messageKey, locale, mode } = this.#settings;
    const { clock, timers, random } = this.#deps;
    return new Terminal({
      terminal,
      keyVersion,
      linkKeys: linkKeysOf(pureCrypto, linkKey),
      messageKeys: messageKeysOf(pureCrypto, messageKey),
      firmware: FIRMWARE,
      modem: () => this.#modem.family,
      locale,
      mode,
      outbox: this.#outbox,
      dial: async () => {
        const stream = await this.#modem.dial();
        this.#meter.connected();
        return stream;
      },
      signal: () => this.#modem.signal,
      clock,
      timers,
      random,
      onStep: (step) => {
        this.#shop.step(step);
        this.#changed();
      },
      onAir: (direction, bytes) => {
        this.#meter.onAir(direction, bytes);
        this.#changed();
      },
      onDelivering: () => this.#sales.delivering(),
      onDelivered: (request, delivery) => {
        if (delivery.kind === 'settled') {
          this.#sales.delivered(request.sequence, delivery.reply);
          this.#shop.settled(request.sequence);
        }
        this.#changed();
      },
    });
  }

  #createShop(): Shop {
    const { offlineMaxMinor, customers, locale } = this.#settings;
    const { clock, timers } = this.#deps;
    return new Shop(
      {
        terminal: this.#terminal,
        outbox: this.#outbox,
        sales: this.#sales,
        isModemDown: () => !['starting', 'ready'].includes(this.#modem.state.kind),
        storedLimits:
          offlineMaxMinor === 0
            ? undefined
            : {
                amountMinorMax: offlineMaxMinor,
                totalMinorMax: offlineMaxMinor * STORED_COUNT_MAX,
                countMax: STORED_COUNT_MAX,
                ageSMax: STORED_AGE_S_MAX,
              },
        cards: customers,
        onOutdated: () => this.#catalogue.renew(),
        language: languageOf(locale),
        clock,
        timers,
        onChange: () => this.#changed(),
      },
      this.#catalogue.known,
    );
  }

  async #openModem(): Promise<Pick<OpenModem, 'driver'>> {
    const onDialogue = (line: DialogueLine): void => {
      const shown = dialogueView(line, this.#timeZone);
      this.#dialogue = [...this.#dialogue, shown].slice(-DIALOGUE_LINES_MAX);
      this.#streams.service.send(eventOf('dialogue', shown));
    };
    const { clock, timers, open } = this.#deps;
    return open === undefined
      ? openModem(this.#settings, { clock, timers, onDialogue })
      : await open(onDialogue);
  }

  #modemBecame(kind: ModemState['kind']): void {
    if (kind === 'ready' && this.#modemKind !== 'ready') {
      // What waits goes out now, not at the end of a pause that the modem was not there for.
      this.#terminal.wake();
    }
    this.#modemKind = kind;
    this.#changed();
  }

  #act(action: KioskAction): void {
    if (action.type === 'deliver_now') {
      this.#terminal.wake();
    } else if (action.type === 'modem') {
      void (action.on ? this.#modem.start() : this.#modem.stop());
    } else {
      void this.#shop.act(action);
    }
  }

  #changed(): void {
    if (!this.#telling) {
      this.#telling = true;
      void this.#deps.timers.sleep(TELL_MS).then(() => this.#tell());
    }
  }

  #tell(): void {
    this.#telling = false;
    const view = this.#view();
    this.#deps.onView?.(view);
    const { nowMs: _, ...rest } = view;
    const told = JSON.stringify(rest);
    if (told !== this.#told) {
      this.#told = told;
      this.#streams.shop.send(eventOf('view', view));
    }
    if (this.#streams.service.size > 0) {
      this.#streams.service.send(eventOf('service', this.#serviceView()));
    }
  }

  #view(): KioskView {
    return kioskView(this.#shop.state, {
      modem: this.#modem.state,
      online: this.#terminal.online,
      standing: this.#settings.mode === 'session',
      waiting: this.#outbox.open.filter(({ kind }) => kind !== 'pay').length,
      timeZone: this.#timeZone,
      terminalLanguage: languageOf(this.#settings.locale),
      cards: this.#settings.customers.map(({ id, entryMode }) => ({ label: id, entryMode })),
      usdPerMb: this.#settings.usdPerMb,
      nowMs: this.#deps.clock.nowMs(),
    });
  }

  #serviceView(): ReturnType<typeof serviceView> {
    const { terminal, keyVersion, host, port, usdPerMb } = this.#settings;
    return serviceView({
      language: this.#shop.state.language,
      timeZone: this.#timeZone,
      terminal,
      keyVersion,
      bridge: `${host}:${port}`,
      modem: this.#modem.state,
      online: this.#terminal.online,
      trouble: this.#terminal.trouble,
      lastSequence: this.#outbox.lastSequence,
      open: this.#outbox.open,
      air: this.#meter.count,
      usdPerMb,
      sales: this.#sales.reports,
    });
  }
}
