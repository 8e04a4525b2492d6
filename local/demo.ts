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
import { priceAt, sheetAt } from '#core/sheet-at.ts';
import { fromHex, toHex } from '#protocol/bytes.ts';
import { deriveLinkKeys, deriveMessageKeys } from '#protocol/cp1/keys.ts';
import { putDemoDocuments } from './demo-documents.ts';
import { CNY, CODES, compileShop, GROUPS, KRW, shopDocuments } from './demo-shop.ts';

/** Whose codes the demo's terminals take: the simulated acquirer answers for it. */
const PROVIDERS = ['kakaopay'];
const MERCHANT = 'M-COSMO';
const MERCHANT_ZONE = 'Asia/Seoul';
const KEY_VERSION = 1;
const FIRST_TERMINAL = 1001;
/** Of the kiosk's page: two programs with one terminal would take each other's numbers. */
const KIOSK_TERMINAL = 1010;
/** Largest sale that the kiosk's page makes while offline, and seven days for it to arrive. */
const OFFLINE_MAX_MINOR = 100_000;
const OFFLINE_AGE_S = 7 * 86_400;
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

/** At other places than the first: prices and promotions are others there. */
const FIRST_PLACE = { region: 'KR', group: GROUPS.street };
const PLACES = [
  { id: 1002, region: 'KR', group: GROUPS.airport },
  { id: 1003, region: 'CN', group: GROUPS.mall },
] as const;

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
  readonly kioskTerminal: DemoTerminal;
  readonly offlineMaxMinor: number;
  /** Terminals of other groups and regions. */
  readonly places: readonly (DemoTerminal & { readonly group: string })[];
  readonly users: readonly {
    readonly id: string;
    readonly identifier: string;
    readonly entryMode: number;
    readonly currency: number;
    readonly balanceMinor: number;
  }[];
  /** As the first terminal has them; in other regions a terminal of no group. */
  readonly products: readonly {
    readonly sku: string;
    readonly region: string;
    readonly unitPriceMinor: number;
    readonly currency: number;
    readonly openNow: boolean;
  }[];
  readonly promotionCodes: readonly { readonly code: string; readonly singleUse: boolean }[];
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
  const { sheets, catalogues } = compileShop(nowS);
  for (const sheet of sheets) {
    await seed.putSheet(sheet);
  }
  for (const catalogue of catalogues) {
    await seed.putCatalogue(catalogue);
  }
  for (const { code, ...leadsTo } of CODES) {
    await seed.putPromotionCode(hasher.promotionCode(code), leadsTo);
  }
  const ids = Array.from({ length: options.terminals }, (_, at) => FIRST_LOAD_TERMINAL + at);
  const storedSales = { amountMinorMax: OFFLINE_MAX_MINOR, ageSMax: OFFLINE_AGE_S };
  const terminals = [
    ...[FIRST_TERMINAL, ...ids].map((id) => ({ id, ...FIRST_PLACE })),
    { id: KIOSK_TERMINAL, ...FIRST_PLACE, storedSales },
    ...PLACES,
  ];
  for (const terminal of terminals) {
    await seed.putTerminal({
      ...terminal,
      status: 'active',
      merchant: MERCHANT,
      zone: MERCHANT_ZONE,
      keyVersionMin: 0,
      sequenceFloors: {},
      providers: PROVIDERS,
    });
  }
  await putDocuments({ client, table }, users, nowS);
  const keysOf = provision(secrets);
  return {
    terminal: keysOf(FIRST_TERMINAL),
    terminals: ids.map((id) => keysOf(id)),
    kioskTerminal: keysOf(KIOSK_TERMINAL),
    offlineMaxMinor: OFFLINE_MAX_MINOR,
    places: PLACES.map(({ id, region, group }) => ({ ...keysOf(id, region), group })),
    users: users.map(({ user, identifier, currency, balanceMinor }) => ({
      id: user,
      identifier,
      entryMode: 7,
      currency,
      balanceMinor,
    })),
    products: sheets
      .map((sheet) => sheetAt(sheet, { merchant: MERCHANT, group: GROUPS.street }))
      .map((sheet) => ({
        sku: sheet.sku,
        region: sheet.region,
        unitPriceMinor: priceAt(sheet, nowS).unitPriceMinor,
        currency: sheet.currency,
        openNow: isOnSale(sheet.windows, nowS),
      })),
    promotionCodes: CODES.map(({ code, uses }) => ({ code, singleUse: uses === 1 })),
  };
};

/** Terminals for load stay out of the lists: there are thousands, and nobody looks at them. */
const putDocuments = (
  access: Pick<DemoOptions, 'client' | 'table'>,
  users: readonly Omit<(typeof USERS)[number], 'card'>[],
  nowS: number,
): Promise<void> =>
  putDemoDocuments(
    access,
    {
      merchants: { [MERCHANT]: { name: 'Cosmopay demo', status: 'open', zone: MERCHANT_ZONE } },
      users: Object.fromEntries(
        users.map(({ user, name, locale, currency }) => [
          user,
          { name, locale, status: 'active', currencies: [currency] },
        ]),
      ),
      terminals: [{ id: FIRST_TERMINAL, ...FIRST_PLACE }, ...PLACES].map((place) => ({
        ...place,
        label: `Demo, ${place.group}`,
        status: 'active',
        merchant: MERCHANT,
        keyVersion: KEY_VERSION,
        keyVersionMin: 0,
        providers: PROVIDERS,
      })),
      shop: shopDocuments(nowS),
    },
    nowS,
  );

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
const provision = (
  secrets: DemoOptions['secrets'],
): ((id: number, region?: string) => DemoTerminal) => {
  const master = (json: string): Uint8Array =>
    key((JSON.parse(json) as Record<string, string>).current);
  const link = master(secrets.link);
  const message = master(secrets.message);
  return (id, region = 'KR') => ({
    id,
    keyVersion: KEY_VERSION,
    linkKey: toHex(deriveLinkKeys(nodeCrypto, link, id, KEY_VERSION).linkKey),
    messageKey: toHex(deriveMessageKeys(nodeCrypto, message, id, KEY_VERSION).messageKey),
    region,
  });
};

/** The token with the check character that its scheme asks for. */
const withCheck = (token: string): string => {
  const check = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'].find((character) =>
    hasMod37Check(token.slice(2) + character),
  );
  return `${token}${check ?? ''}`;
};
