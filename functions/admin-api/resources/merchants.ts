/** Merchants: whom terminals sell for. */
import type { MerchantSource } from '#core/terminal-sources.ts';
import type { Operation } from '../http/operation.ts';
import { MERCHANT, MerchantSettings } from './merchant-document.ts';
import { versionedOperations } from './versioned.ts';

export const MERCHANT_OPERATIONS: readonly Operation[] = versionedOperations<MerchantSource>({
  kind: MERCHANT,
  plural: 'merchants',
  roles: ['operator'],
  settings: MerchantSettings,
  // Its terminals carry a copy of what payments need.
  compiles: async (_deps, id, { before }) => (before === undefined ? [] : [`merchant.${id}`]),
});
