/** The address that the bridge listens on, for modems that are not on this machine. */
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { LocalError } from './local-error.ts';

/** Addresses that mean all of a machine's. */
export const EVERYWHERE: readonly string[] = ['0.0.0.0', '::'];

/** Every address of this machine, its own loopback included. */
export const ownAddresses = (): readonly string[] =>
  Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address));

/** `value` where this machine can listen on it. Throws `bind_invalid` for names and for the addresses of others. */
export const checkBindHost = (value: string, own: readonly string[] = ownAddresses()): string => {
  const text = value.trim();
  if (EVERYWHERE.includes(text) || (isIP(text) !== 0 && own.includes(text))) {
    return text;
  }
  throw new LocalError(
    'bind_invalid',
    isIP(text) === 0
      ? 'The address for the bridge is no IP address.'
      : `The address for the bridge, ${text}, is none of this machine's.`,
    `Take 0.0.0.0 for all of them, or one of: ${own.join(', ')}.`,
  );
};

/** Where modems elsewhere may find a bridge that listens on `host`; empty where they cannot. */
export const outsideAddresses = (host: string): readonly string[] => {
  const outer = Object.values(networkInterfaces()).flatMap((all = []) =>
    all.filter(({ internal, family }) => !internal && family === 'IPv4'),
  );
  return outer
    .map(({ address }) => address)
    .filter((address) => EVERYWHERE.includes(host) || host === address);
};
