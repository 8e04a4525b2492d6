/** A value, or the coded reason why there is none. Refusals are values; only bugs throw. */
import type { CodeName } from './codes.ts';

export interface Refusal {
  readonly ok: false;
  readonly code: CodeName;
  /** For the log and the operator: names the field, never its content. */
  readonly reason: string;
  /** The part of the message that is at fault, where its dialect has names for them: `DE 4`. */
  readonly field?: string;
}

export type Result<T> = { readonly ok: true; readonly value: T } | Refusal;

export const accept = <T>(value: T): Result<T> => ({ ok: true, value });
export const refuse = (code: CodeName, reason: string): Refusal => ({ ok: false, code, reason });
