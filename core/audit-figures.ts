/** The figures that an audit holds rows to: whose they are, what they are called, and what is said of one that is wrong. */
import { bucketName, type SalesBucket } from './sales-figures.ts';

/** Whose row keeps a figure. */
export type FigureOwner =
  | { readonly of: 'account'; readonly user: string; readonly currency: number }
  | { readonly of: 'sales'; readonly bucket: SalesBucket }
  | { readonly of: 'paid'; readonly merchant: string; readonly currency: number };

export const ownerName = (owner: FigureOwner): string => {
  switch (owner.of) {
    case 'account':
      return `account ${owner.user} ${owner.currency}`;
    case 'sales':
      return `sales ${bucketName(owner.bucket)}`;
    case 'paid':
      return `paid ${owner.merchant} ${owner.currency}`;
  }
};

export const WALLET = 'wallet';
export const HOLD = 'hold';
export const HELD_PAYMENTS = 'held payments';
export const EARNED = 'lines of payments';
export const PAID = 'paid';

/** Undefined: nothing is wrong with it. Names of accounts only. */
export const sentenceOf = (
  owner: FigureOwner,
  name: string,
  should: number,
  is: number | undefined,
): string | undefined => {
  const below = owner.of === 'account' && (is ?? 0) < 0;
  if ((is ?? 0) === should && !below) {
    return undefined;
  }
  const of = labelOf(owner, name);
  if (owner.of === 'account' && is === undefined) {
    return `${of} has lines of ${should} and no account`;
  }
  return `${of} is ${is ?? 0}, ${sourceOf(owner, name)} sum to ${should}`;
};

const sourceOf = (owner: FigureOwner, name: string): string => {
  if (name === HELD_PAYMENTS) {
    return 'payments that are held';
  }
  return owner.of === 'sales' && name !== EARNED ? 'its payments' : 'its lines';
};

const labelOf = (owner: FigureOwner, name: string): string => {
  switch (owner.of) {
    case 'account':
      return `${name === HELD_PAYMENTS ? HOLD : name}:${owner.user}/${owner.currency}`;
    case 'sales':
      return `${bucketName(owner.bucket)}, ${name},`;
    case 'paid':
      return `paid to ${owner.merchant}/${owner.currency}`;
  }
};
