/** The identity of a terminal in TLS with a pre-shared key: `<terminal>.<key version>`, decimal (docs/tls.md). */
import { KEY_VERSION_MAX, U32_MAX } from './limits.ts';

export interface PskIdentity {
  readonly terminal: number;
  readonly keyVersion: number;
}

const IDENTITY = /^([1-9][0-9]{0,9})\.(0|[1-9][0-9]{0,2})$/;

export const formatPskIdentity = ({ terminal, keyVersion }: PskIdentity): string =>
  `${terminal}.${keyVersion}`;

/** Undefined for what no terminal can be called. */
export const parsePskIdentity = (text: string): PskIdentity | undefined => {
  const [, first, second] = IDENTITY.exec(text) ?? [];
  const [terminal, keyVersion] = [Number(first), Number(second)];
  return terminal <= U32_MAX && keyVersion <= KEY_VERSION_MAX
    ? { terminal, keyVersion }
    : undefined;
};
