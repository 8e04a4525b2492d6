/** One sale through a virtual modem, told so that a person can follow it. */
import { join } from 'node:path';
import { type SaleStory, sellOnce } from '#client/sell-once.ts';
import { systemClock, systemTimers } from '#client/system-time.ts';
import { fromHex } from '#protocol/bytes.ts';
import type { EntryMode } from '#protocol/request.ts';
import { LocalError } from './local-error.ts';
import type { LocalInfo } from './start-local.ts';

/** Moments inside the cloud's part, unix milliseconds. */
export interface Moment {
  readonly what: string;
  readonly atMs: number;
}

/** Lines that tell the sale. Throws where it was not approved. */
export const sellDemo = async (
  dir: string,
  info: LocalInfo,
  moments: readonly Moment[],
): Promise<readonly string[]> => {
  const product = info.products.find(({ openNow, currency }) => openNow && currency === 410);
  const user = info.users.find(({ currency }) => currency === product?.currency);
  if (product === undefined || user === undefined) {
    throw new Error('the demonstration has nothing to sell');
  }
  const { linkKey, messageKey, id, keyVersion } = info.terminal;
  const story = await sellOnce({
    ...info.bridge,
    terminal: id,
    keyVersion,
    keys: { linkKey: bytes(linkKey), messageKey: bytes(messageKey) },
    outboxDir: join(dir, 'kiosk'),
    sale: {
      identifier: user.identifier,
      entryMode: user.entryMode as EntryMode,
      items: [{ sku: product.sku, quantity: 1, unitPriceMinor: product.unitPriceMinor }],
      currency: product.currency,
    },
    locale: 'ko-KR',
    clock: systemClock,
    timers: systemTimers,
  });
  const { outcome } = story;
  if (outcome.kind !== 'answered' || outcome.reply.code !== 'approved') {
    const how = outcome.kind === 'answered' ? outcome.reply.code : outcome.kind;
    throw new LocalError(
      'sale_failed',
      `The first sale was not approved: ${how}.`,
      'The logs in .cosmopay/logs say why; `npm start -- --fresh` begins anew.',
    );
  }
  return tell(story, moments, `${product.sku} for ${product.unitPriceMinor} KRW`);
};

const bytes = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array();

const tell = (story: SaleStory, moments: readonly Moment[], what: string): readonly string[] => {
  const begun = story.hops[0]?.atMs ?? 0;
  const end = story.hops.at(-1)?.atMs ?? 0;
  const steps = [...story.hops, ...moments.filter(({ atMs }) => atMs >= begun && atMs <= end)].sort(
    (a, b) => a.atMs - b.atMs,
  );
  const lines = steps.map(({ what: step, atMs }, at) => {
    const before =
      steps[at - 1]?.atMs ?? atMs - ('ms' in (steps[0] ?? {}) ? (story.hops[0]?.ms ?? 0) : 0);
    return `  ${step.slice(0, 62).padEnd(64, ' ')}${String(atMs - before).padStart(6)} ms`;
  });
  const { outcome } = story;
  const authorisation = outcome.kind === 'answered' ? outcome.reply.authorisation : undefined;
  return [
    `One sale, ${what}: approved${authorisation === undefined ? '' : `, authorisation ${authorisation}`}`,
    ...lines,
    `  on the air: ${story.bytesUp} bytes up, ${story.bytesDown} bytes down`,
  ];
};
