/** What can be compiled, by the ids of what is wanted. */
import type { TableAccess } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import { merchantPages } from './compile-merchant.ts';
import { regionPages } from './compile-region.ts';
import type { CompilePage } from './run-compilation.ts';

/** `merchant.<id>`, `region.<id>`; undefined: of no kind that is compiled. */
export const pagesOf = (access: TableAccess, id: string): CompilePage | undefined => {
  const [, kind, name = ''] = /^([a-z]+)\.(.+)$/.exec(id) ?? [];
  switch (kind) {
    case 'merchant':
      return merchantPages(access, name);
    case 'region':
      return regionPages(access, name);
    default:
      return undefined;
  }
};
