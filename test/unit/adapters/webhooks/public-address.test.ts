/** Both sides of every boundary between what the internet can reach and what only we can. */
import { expect, it } from 'vitest';
import { isPublicAddress } from '#adapters/webhooks/public-address.ts';

/** First and last address of each network that is refused, between the neighbours that are not (`-`: also refused). */
const REFUSED: readonly (readonly [string, string, string, string])[] = [
  ['-', '0.0.0.0', '0.255.255.255', '1.0.0.0'],
  ['9.255.255.255', '10.0.0.0', '10.255.255.255', '11.0.0.0'],
  ['100.63.255.255', '100.64.0.0', '100.127.255.255', '100.128.0.0'],
  ['126.255.255.255', '127.0.0.0', '127.255.255.255', '128.0.0.0'],
  ['169.253.255.255', '169.254.0.0', '169.254.255.255', '169.255.0.0'],
  ['172.15.255.255', '172.16.0.0', '172.31.255.255', '172.32.0.0'],
  ['191.255.255.255', '192.0.0.0', '192.0.0.255', '192.0.1.0'],
  ['192.0.1.255', '192.0.2.0', '192.0.2.255', '192.0.3.0'],
  ['192.88.98.255', '192.88.99.0', '192.88.99.255', '192.88.100.0'],
  ['192.167.255.255', '192.168.0.0', '192.168.255.255', '192.169.0.0'],
  ['198.17.255.255', '198.18.0.0', '198.19.255.255', '198.20.0.0'],
  ['198.51.99.255', '198.51.100.0', '198.51.100.255', '198.51.101.0'],
  ['203.0.112.255', '203.0.113.0', '203.0.113.255', '203.0.114.0'],
  ['223.255.255.255', '224.0.0.0', '255.255.255.255', '-'],
  ['-', '::', '1fff:ffff::', '2000::'],
  ['2000:ffff::', '2001::', '2001:1ff:ffff::', '2001:200::'],
  ['2001:db7:ffff::', '2001:db8::', '2001:db8:ffff::', '2001:db9::'],
  ['2001:ffff::', '2002::', '2002:ffff::', '2003::'],
  ['3ffe:ffff::', '3fff::', '3fff:fff::', '3fff:1000::'],
  ['3fff:ffff::', '4000::', 'ffff::', '-'],
];

it.each(REFUSED)('between %s and the next, %s to %s is refused, and %s is not', (...row) => {
  const [before, first, last, after] = row;
  expect([isPublicAddress(first), isPublicAddress(last)]).toEqual([false, false]);
  for (const neighbour of [before, after].filter((address) => address !== '-')) {
    expect(isPublicAddress(neighbour), neighbour).toBe(true);
  }
});

it.each([
  ['loopback', '::1'],
  ['link-local', 'fe80::1'],
  ['link-local with a zone', 'fe80::1%eth0'],
  ['unique local', 'fd00::1'],
  ['multicast', 'ff02::1'],
  ['an IPv4 loopback inside', '::ffff:127.0.0.1'],
  ['the same in hexadecimal', '::ffff:7f00:1'],
  ['a public IPv4 address inside', '::ffff:8.8.8.8'],
  ['an IPv4 address through NAT64', '64:ff9b::a9fe:a9fe'],
  ['no address', 'localhost'],
  ['an octal address', '0177.0.0.1'],
  ['an empty text', ''],
])('refuses %s', (_what, address) => {
  expect(isPublicAddress(address)).toBe(false);
});

it.each(['8.8.8.8', '1.1.1.1', '2606:4700::1111', '2a00:1450:4001::200e'])(
  'allows %s',
  (address) => {
    expect(isPublicAddress(address)).toBe(true);
  },
);
