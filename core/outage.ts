/** Nothing is known to be decided: the caller lets the request be delivered again. */

export type OutageReason = 'store_contended' | 'store_unavailable';

export class OutageError extends Error {
  override readonly name = 'OutageError';
  readonly code: OutageReason;

  constructor(code: OutageReason, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}
