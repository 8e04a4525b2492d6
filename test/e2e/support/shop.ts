/** The whole local system as its own process, as a user starts it, with a till in front and the ledger behind. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { hkdfSync, randomInt } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { auditLedger } from '#adapters/dynamodb/audit.ts';
import type { TableAccess } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import { createLedgerStore } from '#adapters/dynamodb/ledger-store.ts';
import { createDynamodbSeed } from '#adapters/dynamodb/seed.ts';
import { systemClock } from '#adapters/node/system-clock.ts';
import { systemRandom } from '#adapters/node/system-random.ts';
import { systemTimers } from '#adapters/node/system-timers.ts';
import type { SeedStore } from '#core/ports.ts';
import { processPosting } from '#core/process-posting.ts';
import type { Terminal } from '#core/records.ts';
import type { Demo } from '#local/demo.ts';
import { takePort } from '#local/free-port.ts';
import { startKioskProcess } from '#local/kiosk-process.ts';
import { synthesise } from '#local/synthesis.ts';
import type { ForeignKeys, Purchase } from '../../support/foreign-terminal.ts';
import { type Bridge, Till } from '../../support/till.ts';

const READY_MS = 110_000;
const STOP_MS = 20_000;
const LOOK_MS = 50;
/** Above every number that the system's own first sale draws. */
const FIRST_SEQUENCE = 1_000;

interface LocalInfo {
  readonly bridge: Bridge;
  readonly admin: { readonly url: string; readonly token: string };
  readonly console: string;
  readonly kioskTerminal: object;
  readonly offlineMaxMinor: number;
  readonly events: { readonly secret: string };
  readonly terminal: { readonly id: number } & Omit<ForeignKeys, 'terminal'>;
  readonly terminals?: readonly ({ readonly id: number } & Omit<ForeignKeys, 'terminal'>)[];
  readonly users: readonly {
    readonly id: string;
    readonly identifier: string;
    readonly entryMode: number;
    readonly currency: number;
    readonly balanceMinor: number;
  }[];
  readonly products: readonly {
    readonly sku: string;
    readonly unitPriceMinor: number;
    readonly currency: number;
    readonly openNow: boolean;
  }[];
}

export interface Product {
  readonly sku: string;
  readonly unitPriceMinor: number;
  readonly currency: number;
}

/** A user's identifier as a terminal shows it. */
type Shows = Pick<Purchase, 'identifier' | 'entryMode' | 'currency'>;

/** Seconds that the merchant's clock, that of Seoul, is ahead of UTC. */
const AHEAD_S = 9 * 3_600;

/** Today (YYYY-MM-DD) on the merchant's clock. */
export const merchantDay = (): string =>
  new Date(Date.now() + AHEAD_S * 1000).toISOString().slice(0, 10);

/** The first terminal stands in Korea. */
const CURRENCY = 410;

export interface Shop {
  readonly till: Till;
  readonly keys: ForeignKeys;
  readonly terminals: readonly ForeignKeys[];
  /** Ids of the rich user, for balanceOf. */
  readonly rich: string;
  readonly open: Product;
  readonly unknownIdentifier: string;
  readonly cardLikeNumber: string;
  readonly bridge: () => Bridge;
  /** One open product, bought by the rich user. */
  sale(): Purchase;
  poorSale(): Purchase;
  closedSale(): Purchase;
  balanceOf(user: string): Promise<number>;
  /** Leaves a user with just so much, by a journal entry that takes the rest out in cash. */
  leave(user: string, balanceMinor: number): Promise<void>;
  /** Money of a user that holds keep. */
  heldOf(user: string): Promise<number>;
  /** What webhooks are signed with. */
  readonly webhookSecret: string;
  /** One row of the table, as numbers and texts; empty where there is none. */
  row(pk: string, sk: string): Promise<Readonly<Record<string, number | string>>>;
  /** What an operator sets up besides terminals. */
  setUp(change: (seed: SeedStore) => Promise<void>): Promise<void>;
  /** Sets up a terminal anew; what is left out is as the system seeds it. */
  provision(terminal: Partial<Terminal> & Pick<Terminal, 'id'>): Promise<void>;
  /** Keys of any terminal and key version, provisioned or not. */
  keysFor(terminal: number, keyVersion: number): ForeignKeys;
  /** Of TLS, PEM: the system signs it itself. */
  certificate(): string;
  /** Sentences of the auditor over the whole table; empty where the books are right. */
  auditProblems(): Promise<readonly string[]>;
  /** What `npm run audit` says, and its exit code. */
  audit(): Promise<{ readonly code: number; readonly output: string }>;
  /** What the command line says, and its exit code. */
  cosmopay(...args: readonly string[]): Promise<{ readonly code: number; readonly output: string }>;
  /** Address of the operators' console. */
  readonly console: string;
  /** What the admin API answers. */
  admin(path: string): Promise<unknown>;
  /** A second kiosk, with a modem in software, that sells as this terminal; its page. */
  kioskAs(
    keys: ForeignKeys,
    region: string,
  ): Promise<{ readonly url: string; close(): Promise<void> }>;
  /** Changes a number of a row behind the system's back. */
  plant(pk: string, sk: string, name: string, value: number): Promise<void>;
  /** How often it has been started again; each start makes one sale of its own to the rich user. */
  restarts(): number;
  killSandbox(): Promise<void>;
  killBridge(): Promise<void>;
  killAndRestart(): Promise<void>;
  /** Stops as Ctrl-C does, then starts again on the same data. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

const keysOf = ({ id, keyVersion, linkKey, messageKey }: LocalInfo['terminal']): ForeignKeys => ({
  terminal: id,
  keyVersion,
  linkKey,
  messageKey,
});

/** Sixteen digits that pass the Luhn check, made up anew each time: no number of any card. */
const luhnDigits = (): string => {
  const digits = Array.from({ length: 15 }, (_, i) => (i === 0 ? 9 : randomInt(10)));
  const sum = digits.reduce((total, digit, i) => {
    const doubled = i % 2 === 0 ? digit * 2 : digit;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return `${digits.join('')}${(10 - (sum % 10)) % 10}`;
};

/** Process ids of all descendants of `pid` whose command line holds `word`. */
const descendants = (pid: number, word: string): readonly number[] => {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // It ended meanwhile.
    }
  }
  const isBelow = (child: number): boolean => {
    const parent = parents.get(child);
    return parent === pid || (parent !== undefined && parent > 1 && isBelow(parent));
  };
  return [...parents.keys()].filter((child) => {
    try {
      return isBelow(child) && readFileSync(`/proc/${child}/cmdline`, 'utf8').includes(word);
    } catch {
      return false;
    }
  });
};

/** Words in the command lines of the children that are killed. */
const SANDBOX = 'aws-lambda-ric';
const BRIDGE = 'bridge/index.mjs';

/** The keys that provisioning would give out, from the masters that the system keeps in its folder. */
const derivedKeys = (dir: string, terminal: number, keyVersion: number): ForeignKeys => {
  const secrets = Object.entries(
    JSON.parse(readFileSync(join(dir, 'secrets.json'), 'utf8')) as Record<string, string>,
  );
  const derive = (name: string, label: string): string => {
    const text = secrets.find(([key]) => key.startsWith(name))?.[1];
    const { current } = JSON.parse(required(text, name)) as { readonly current: string };
    const info = Buffer.alloc(label.length + 5);
    info.write(label, 'latin1');
    info.writeUInt32BE(terminal, label.length);
    info.writeUInt8(keyVersion, label.length + 4);
    const key = hkdfSync('sha256', Buffer.from(current, 'hex'), '', info, 32);
    return Buffer.from(key).toString('hex');
  };
  return {
    terminal,
    keyVersion,
    linkKey: derive('SecretsLink', 'cp1 link'),
    messageKey: derive('SecretsMessage', 'cp1 message'),
  };
};

/** The table of a running system, found through the environment of its bridge. */
const tableOf = (system: number): TableAccess => {
  const [bridge] = descendants(system, BRIDGE);
  const environment = new Map(
    readFileSync(`/proc/${required(bridge, 'bridge')}/environ`, 'utf8')
      .split('\0')
      .map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  );
  const client = new DynamoDBClient({
    endpoint: required(environment.get('AWS_ENDPOINT_URL_DYNAMODB'), 'DynamoDB'),
    region: environment.get('AWS_REGION') ?? 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  return { client, table: required(environment.get('TABLE_NAME'), 'table') };
};

const takeOut = async (access: TableAccess, user: string, amountMinor: number): Promise<void> => {
  const posted = await processPosting(
    {
      store: createLedgerStore(access),
      clock: systemClock,
      timers: systemTimers,
      random: systemRandom,
    },
    { kind: 'withdrawal', id: `test-cash-${user}`, user, currency: CURRENCY, amountMinor },
  );
  if (posted.outcome !== 'posted') {
    throw new Error(`taking out money is ${posted.code}`);
  }
};

/** What a program does and says beside a running system. */
const runBeside = (
  dir: string,
  args: readonly string[],
): Promise<{ readonly code: number; readonly output: string }> =>
  new Promise((resolve) => {
    const env = { ...process.env, COSMOPAY_DIR: dir };
    execFile(process.execPath, args, { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr });
    });
  });

/** From the bundle that the system built. */
const startKioskAs = async (
  dir: string,
  info: LocalInfo,
  { terminal: id, keyVersion, linkKey, messageKey }: ForeignKeys,
  region: string,
): Promise<{ readonly url: string; close(): Promise<void> }> => {
  const port = await takePort(0, 'COSMOPAY_KIOSK_PORT');
  const { dist } = await synthesise();
  const folder = join(dir, `kiosk-${id}`);
  mkdirSync(folder);
  const kiosk = await startKioskProcess({
    file: join(dist, 'kiosk/index.mjs'),
    dir: folder,
    port,
    bridge: info.bridge,
    demo: {
      kioskTerminal: { id, keyVersion, linkKey, messageKey, region },
      users: info.users,
      products: info.products,
      offlineMaxMinor: info.offlineMaxMinor,
    } as unknown as Demo,
  });
  return { url: `http://127.0.0.1:${port}/`, close: kiosk.close };
};

class LocalProcess {
  readonly #dir: string;
  readonly #flags: readonly string[];
  readonly #environment: Readonly<Record<string, string>>;
  #child: ChildProcess | undefined;
  #output = '';
  starts = 0;
  info: LocalInfo | undefined;

  constructor(
    dir: string,
    flags: readonly string[],
    environment: Readonly<Record<string, string>>,
  ) {
    this.#environment = environment;
    this.#dir = dir;
    this.#flags = flags;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  async start(): Promise<LocalInfo> {
    const child = spawn(process.execPath, ['local/main.ts', ...this.#flags], {
      env: {
        ...process.env,
        COSMOPAY_DIR: this.#dir,
        COSMOPAY_BRIDGE_PORT: String(this.info?.bridge.port ?? 0),
        COSMOPAY_HTTP_PORT: '0',
        ...this.#environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    this.#output = '';
    const gather = (chunk: Buffer): void => {
      this.#output += chunk.toString();
    };
    child.stdout.on('data', gather);
    child.stderr.on('data', gather);
    const file = join(this.#dir, 'local.json');
    rmSync(file, { force: true });
    for (let waited = 0; !existsSync(file); waited += LOOK_MS) {
      if (child.exitCode !== null || waited > READY_MS) {
        throw new Error(`the local system did not become ready:\n${this.#output}`);
      }
      await sleep(LOOK_MS);
    }
    this.info = JSON.parse(readFileSync(file, 'utf8')) as LocalInfo;
    this.starts += 1;
    return this.info;
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) {
      return;
    }
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(late);
  }
}

const required = <T>(found: T | undefined, what: string): T => {
  if (found === undefined) {
    throw new Error(`the local system offers no ${what}`);
  }
  return found;
};

/** Starts a system of its own in a folder of its own, with `terminals` terminals besides the first. */
export const openShop = async (
  options: {
    readonly terminals?: number;
    /** Where every event goes. */
    readonly webhook?: string;
    /** Variables of the local system, as in the README. */
    readonly environment?: Readonly<Record<string, string>>;
  } = {},
): Promise<Shop> => {
  const dir = mkdtempSync(join(tmpdir(), 'cosmopay-e2e-'));
  const { terminals, webhook } = options;
  const flags = [
    ...(terminals === undefined ? [] : ['--terminals', String(terminals)]),
    ...(webhook === undefined ? [] : ['--webhook', webhook]),
  ];
  const system = new LocalProcess(dir, flags, options.environment ?? {});
  const started = await system.start();
  const info = (): LocalInfo => system.info ?? started;
  const mine = started.users.filter((user) => user.currency === CURRENCY);
  const byMoney = [...mine].sort((a, b) => b.balanceMinor - a.balanceMinor);
  const rich = required(byMoney[0], 'rich user');
  const poor = required(byMoney.at(-1), 'poor user');
  const sold = started.products.filter((product) => product.currency === CURRENCY);
  const open = required(
    sold.find((product) => product.openNow),
    'open product',
  );
  const closed = required(
    sold.find((product) => !product.openNow),
    'closed product',
  );
  const shows = ({ identifier, entryMode }: Shows): Shows => ({
    identifier,
    entryMode,
    currency: CURRENCY,
  });
  const sale = (product: Product, user: Shows): Purchase => ({
    ...shows(user),
    sku: product.sku,
    unitPriceMinor: product.unitPriceMinor,
  });
  const keys = keysOf(started.terminal);
  const till = new Till(() => info().bridge, keys, FIRST_SEQUENCE);
  const admin = async (path: string): Promise<unknown> => {
    const { url, token } = info().admin;
    const answer = await fetch(new URL(path, url.endsWith('/') ? url : `${url}/`), {
      headers: { authorization: `Bearer ${token}` },
    });
    if (!answer.ok) {
      throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    }
    return answer.json();
  };
  const accountOf = async (user: string): Promise<{ balanceMinor: number; heldMinor: number }> => {
    const { accounts } = (await admin(`v1/users/${user}/accounts`)) as {
      accounts: readonly { currency: number; balanceMinor: number; heldMinor: number }[];
    };
    const account = accounts.find((one) => one.currency === CURRENCY);
    return required(account, 'account of that user');
  };
  const balanceOf = async (user: string): Promise<number> => (await accountOf(user)).balanceMinor;
  const access = (): TableAccess => tableOf(system.pid);
  const killOne = async (word: string): Promise<void> => {
    const [pid] = descendants(system.pid, word);
    process.kill(required(pid, `process with ${word}`), 'SIGKILL');
  };
  return {
    till,
    keys,
    terminals: (started.terminals ?? []).map(keysOf),
    rich: rich.id,
    webhookSecret: started.events.secret,
    open,
    unknownIdentifier: rich.identifier.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
    cardLikeNumber: luhnDigits(),
    bridge: () => info().bridge,
    sale: () => sale(open, rich),
    poorSale: () => ({
      ...sale(open, poor),
      quantity: Math.ceil(poor.balanceMinor / open.unitPriceMinor) + 1,
    }),
    closedSale: () => sale(closed, rich),
    balanceOf,
    async leave(user, balanceMinor) {
      const table = access();
      await takeOut(table, user, (await balanceOf(user)) - balanceMinor);
      table.client.destroy();
    },
    heldOf: async (user) => (await accountOf(user)).heldMinor,
    async row(pk, sk) {
      const { client, table } = access();
      const { Item = {} } = await client.send(
        new GetItemCommand({ TableName: table, Key: { pk: { S: pk }, sk: { S: sk } } }),
      );
      client.destroy();
      return Object.fromEntries(
        Object.entries(Item).map(([name, { N, S = '' }]) => [
          name,
          N === undefined ? S : Number(N),
        ]),
      );
    },
    async setUp(change) {
      const table = access();
      await change(createDynamodbSeed(table));
      table.client.destroy();
    },
    async provision(terminal) {
      const table = access();
      await createDynamodbSeed(table).putTerminal({
        status: 'active',
        merchant: 'M-COSMO',
        region: 'KR',
        keyVersionMin: 0,
        sequenceFloors: {},
        ...terminal,
      });
      table.client.destroy();
    },
    console: started.console,
    admin,
    kioskAs: (own, region) => startKioskAs(dir, info(), own, region),
    keysFor: (terminal, keyVersion) => derivedKeys(dir, terminal, keyVersion),
    certificate: () => readFileSync(join(dir, 'tls.pem'), 'utf8'),
    async auditProblems() {
      const table = access();
      const { violations } = await auditLedger(table);
      table.client.destroy();
      return violations;
    },
    audit: () => runBeside(dir, ['local/audit.ts']),
    cosmopay: (...args) => runBeside(dir, ['cli/main.ts', ...args]),
    async plant(pk, sk, name, value) {
      const { client, table } = access();
      await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: { pk: { S: pk }, sk: { S: sk } },
          UpdateExpression: 'SET #name = :value',
          ExpressionAttributeNames: { '#name': name },
          ExpressionAttributeValues: { ':value': { N: String(value) } },
        }),
      );
      client.destroy();
    },
    restarts: () => system.starts - 1,
    killSandbox: () => killOne(SANDBOX),
    killBridge: () => killOne(BRIDGE),
    async killAndRestart() {
      await system.end('SIGKILL');
      await system.start();
    },
    async restart() {
      till.hangUp();
      await system.end('SIGTERM');
      await system.start();
    },
    async close() {
      till.hangUp();
      await system.end('SIGTERM');
      rmSync(dir, { recursive: true, force: true });
    },
  };
};
