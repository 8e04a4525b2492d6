/** What the local system is seeded with: a merchant, two regions, people with money, products, terminals. */
import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { accountFromItem } from '#adapters/dynamodb/entity-items.ts';
import { createDynamodbSeed } from '#adapters/dynamodb/seed.ts';
import { itemKey } from '#adapters/dynamodb/table.ts';
import { nodeCrypto } from '#adapters/node/node-crypto.ts';
import { hasMod37Check } from '#core/check-digits.ts';
import { createIdentifierHasher } from '#core/identifier-hasher.ts';
import { matchIdentifier } from '#core/identifiers.ts';
import { isOnSale } from '#core/sale-window.ts';
import type { Sheet } from '#core/sheet.ts';
import { fromHex, toHex } from '#protocol/bytes.ts';
import { deriveLinkKeys, deriveMessageKeys } from '#protocol/cp1/keys.ts';

/** Whose codes the demo's terminals take: the simulated acquirer answers for it. */
const PROVIDERS = ['kakaopay'];
const KRW = 410;
const CNY = 156;
const MERCHANT = 'M-COSMO';
const KEY_VERSION = 1;
const FIRST_TERMINAL = 1001;
/** Ids of the terminals for load, above those that people give out by hand. */
const FIRST_LOAD_TERMINAL = 20_001;
/** Terminals for load at most: a laptop holds no more connections than this. */
export const TERMINALS_MAX = 10_000;

/** IC card tokens without their check character, made up for this demonstration. */
const USERS = [
  {
    user: 'U-RICH',
    name: '김**',
    locale: 'ko-KR',
    currency: KRW,
    balanceMinor: 5_000_000_000,
    card: 'IC00000DEMO01',
  },
  {
    user: 'U-POOR',
    name: '이**',
    locale: 'ko-KR',
    currency: KRW,
    balanceMinor: 3_000,
    card: 'IC00000DEMO02',
  },
  {
    user: 'U-SHANGHAI',
    name: '王**',
    locale: 'zh-CN',
    currency: CNY,
    balanceMinor: 100_000_000,
    card: 'IC00000DEMO03',
  },
] as const;

const SEOUL = 'Asia/Seoul';
/** Days until the product that is closed at any hour opens: a system that runs for less never sees it open. */
const DAYS_AWAY = 4;
/** Seoul is ahead of UTC by so many seconds, all year round. */
const SEOUL_AHEAD_S = 9 * 3_600;

/** Twelve hours of the weekday that comes in DAYS_AWAY days; 1 January 1970 was a Thursday. */
const daysAway = (nowS: number): Sheet['windows'][number]['weekly'][number] => {
  const day = Math.floor((nowS + SEOUL_AHEAD_S) / 86_400) + DAYS_AWAY;
  return { days: [((day + 3) % 7) + 1], from: '10:00', to: '22:00' };
};

/** Products at any hour: LIP-01 is open, PRF-03 is closed and opens later. */
const sheetsAt = (nowS: number): readonly Sheet[] => [
  {
    sku: 'LIP-01',
    region: 'KR',
    name: 'Lipstick rose',
    version: 1,
    unitPriceMinor: 12_900,
    currency: KRW,
    windows: [],
  },
  {
    sku: 'PRF-03',
    region: 'KR',
    name: 'Perfume, not on sale yet',
    version: 1,
    unitPriceMinor: 59_000,
    currency: KRW,
    windows: [{ id: 'days-away', zone: SEOUL, weekly: [daysAway(nowS)] }],
  },
  {
    sku: 'CRM-02',
    region: 'KR',
    name: 'Day cream',
    version: 1,
    unitPriceMinor: 24_000,
    currency: KRW,
    windows: [
      {
        id: 'daytime',
        zone: SEOUL,
        weekly: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '10:00', to: '22:00' }],
      },
    ],
  },
  {
    sku: 'LIP-01',
    region: 'CN',
    name: 'Lipstick rose',
    version: 1,
    unitPriceMinor: 6_900,
    currency: CNY,
    windows: [],
  },
];

export interface DemoTerminal {
  readonly id: number;
  readonly keyVersion: number;
  /** Hexadecimal. */
  readonly linkKey: string;
  readonly messageKey: string;
  readonly region: string;
}

export interface Demo {
  readonly terminal: DemoTerminal;
  readonly terminals: readonly DemoTerminal[];
  readonly users: readonly {
    readonly id: string;
    readonly identifier: string;
    readonly entryMode: number;
    readonly currency: number;
    readonly balanceMinor: number;
  }[];
  readonly products: readonly {
    readonly sku: string;
    readonly region: string;
    readonly unitPriceMinor: number;
    readonly currency: number;
    readonly openNow: boolean;
  }[];
}

export interface DemoOptions {
  readonly client: DynamoDBClient;
  readonly table: string;
  /** JSON of the three secrets. */
  readonly secrets: {
    readonly link: string;
    readonly message: string;
    readonly identifier: string;
  };
  /** Terminals besides the first. */
  readonly terminals: number;
  readonly nowMs: number;
}

/** May run again on the same table: money and counters of a run before stay as they are. */
export const seedDemo = async (options: DemoOptions): Promise<Demo> => {
  const { client, table, secrets } = options;
  const seed = createDynamodbSeed({ client, table });
  const nowS = Math.floor(options.nowMs / 1000);
  const { pepper, codeMaster } = JSON.parse(secrets.identifier) as Record<string, string>;
  const hasher = createIdentifierHasher({
    crypto: nodeCrypto,
    pepper: key(pepper),
    codeMaster: key(codeMaster),
  });
  const users = USERS.map(({ card, ...user }) => ({ ...user, identifier: withCheck(card) }));
  for (const { identifier, ...user } of users) {
    await seed.putUser({ ...user, atS: nowS });
    const match = matchIdentifier(identifier, { entryMode: 7, region: '' });
    if (typeof match === 'string') {
      throw new Error(`a card of the demonstration is ${match}`);
    }
    await seed.putIdentifier(hasher.identifier(match.scheme.kind, match.lookup), {
      user: user.user,
      maskedName: user.name,
      locale: user.locale,
      kind: match.scheme.kind,
      entryModes: match.scheme.entryModes,
      failures: 0,
    });
  }
  const sheets = sheetsAt(nowS);
  for (const sheet of sheets) {
    await seed.putSheet(sheet);
  }
  for (const [region, currency] of [
    ['KR', KRW],
    ['CN', CNY],
  ] as const) {
    const items = sheets.filter((sheet) => sheet.region === region);
    await seed.putCatalogue({ region, version: 1, currency, items });
  }
  const ids = Array.from({ length: options.terminals }, (_, at) => FIRST_LOAD_TERMINAL + at);
  for (const id of [FIRST_TERMINAL, ...ids]) {
    await seed.putTerminal({
      id,
      status: 'active',
      merchant: MERCHANT,
      region: 'KR',
      keyVersionMin: 0,
      sequenceFloors: {},
      providers: PROVIDERS,
    });
  }
  const keysOf = provision(secrets);
  return {
    terminal: keysOf(FIRST_TERMINAL),
    terminals: ids.map(keysOf),
    users: users.map(({ user, identifier, currency, balanceMinor }) => ({
      id: user,
      identifier,
      entryMode: 7,
      currency,
      balanceMinor,
    })),
    products: sheets.map(({ sku, region, unitPriceMinor, currency, windows }) => ({
      sku,
      region,
      unitPriceMinor,
      currency,
      openNow: isOnSale(windows, nowS),
    })),
  };
};

/** The users with the money that they have now. */
export const readBalances = (
  { client, table }: Pick<DemoOptions, 'client' | 'table'>,
  users: Demo['users'],
): Promise<Demo['users']> =>
  Promise.all(
    users.map(async (user) => {
      const { Item } = await client.send(
        new GetItemCommand({
          TableName: table,
          Key: { ...itemKey.account(user.id, user.currency) },
          ConsistentRead: true,
        }),
      );
      return Item === undefined
        ? user
        : { ...user, balanceMinor: accountFromItem(Item).balanceMinor };
    }),
  );

const key = (hex: string | undefined): Uint8Array => {
  const bytes = fromHex(hex ?? '');
  if (bytes === undefined || bytes.length === 0) {
    throw new Error('a secret does not have the form it should have');
  }
  return bytes;
};

/** What a provisioned terminal holds, derived from the masters. */
const provision = (secrets: DemoOptions['secrets']): ((id: number) => DemoTerminal) => {
  const master = (json: string): Uint8Array =>
    key((JSON.parse(json) as Record<string, string>).current);
  const link = master(secrets.link);
  const message = master(secrets.message);
  return (id) => ({
    id,
    keyVersion: KEY_VERSION,
    linkKey: toHex(deriveLinkKeys(nodeCrypto, link, id, KEY_VERSION).linkKey),
    messageKey: toHex(deriveMessageKeys(nodeCrypto, message, id, KEY_VERSION).messageKey),
    region: 'KR',
  });
};

/** The token with the check character that its scheme asks for. */
const withCheck = (token: string): string => {
  const check = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'].find((character) =>
    hasMod37Check(token.slice(2) + character),
  );
  return `${token}${check ?? ''}`;
};
