/** What a language must have words for; a code without words does not compile. */
import type { CodeName } from '#protocol/codes.ts';

export interface Notice {
  readonly title: string;
  readonly hint: string;
}

export interface ScreenWords {
  readonly codes: Readonly<Record<CodeName, Notice>>;
  readonly reversed: Notice;
  readonly notSent: Notice;
  readonly unknown: Notice;
  readonly stopped: Notice;
  readonly amount: string;
  readonly authorisation: string;
  readonly opens: string;
  readonly newPrice: string;
}
