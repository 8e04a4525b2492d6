/** Link keys of any terminal, derived from the link master: nothing is stored per terminal (docs/protocol.md, section 4). */
import { linkKeysUnder, prepareMaster } from '#protocol/cp1/keys.ts';
import type { Crypto, MacKey } from '#protocol/crypto.ts';
import type { DialectFraming } from '#protocol/dialect.ts';

/** The two link keys of one terminal and key version, prepared. */
export interface LinkKeys {
  readonly up: MacKey;
  readonly down: MacKey;
}

/** 32 bytes each; two generations while masters are being changed. */
export interface LinkMasters {
  readonly current: Uint8Array;
  readonly previous?: Uint8Array;
}

/** In the order to try them. */
export const generationsOf = (masters: LinkMasters): readonly Uint8Array[] =>
  masters.previous ? [masters.current, masters.previous] : [masters.current];

/** The keys of the generation whose up key verifies the frame; undefined where none does. */
export type AuthenticateLink = (
  framing: DialectFraming,
  frame: Uint8Array,
  terminal: number,
  keyVersion: number,
) => LinkKeys | undefined;

export const createLinkAuthenticator = (crypto: Crypto, masters: LinkMasters): AuthenticateLink => {
  const generations = generationsOf(masters).map((master) => prepareMaster(crypto, master));
  return (framing, frame, terminal, keyVersion) => {
    for (const master of generations) {
      const key = { terminal, keyVersion };
      const { up, down } = linkKeysUnder(crypto, master, key, framing.labels);
      if (framing.isSignedWith(frame, up)) {
        return { up, down };
      }
    }
    return undefined;
  };
};
