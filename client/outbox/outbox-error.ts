/** What can go wrong with the outbox, by code, with what to do. */

export type OutboxErrorCode =
  | 'outbox_damaged'
  | 'outbox_sealed'
  | 'outbox_full'
  | 'outbox_failed'
  | 'outbox_busy'
  | 'outbox_in_use';

export class OutboxError extends Error {
  override readonly name = 'OutboxError';
  readonly code: OutboxErrorCode;

  constructor(code: OutboxErrorCode, message: string, cause?: unknown) {
    super(`${code}: ${message}`, { cause });
    this.code = code;
  }
}
