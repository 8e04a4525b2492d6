/** Which addresses belong to the public internet: nothing that only this machine or network can reach. Pure. */
import { BlockList, isIP } from 'node:net';

/** IANA's special-purpose addresses of IPv4, multicast, and what was never given out. */
const NOT_PUBLIC_V4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8], // this host
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // behind a carrier
  ['127.0.0.0', 8], // loopback
  ['169.254.0.0', 16], // link-local: credentials of a cloud's machines are at 169.254.169.254
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // protocol assignments
  ['192.0.2.0', 24], // documentation
  ['192.88.99.0', 24], // relays to IPv6
  ['192.168.0.0', 16], // private
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, broadcast
];
/** Of IPv6 only this is given out to the public; what of it is special again, or leads to an IPv4 address. */
const GLOBAL_V6 = ['2000::', 3] as const;
const NOT_PUBLIC_V6: readonly (readonly [string, number])[] = [
  ['2001::', 23], // protocol assignments, tunnels to IPv4 among them
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4: an IPv4 address inside
  ['3fff::', 20], // documentation
];

const refused = new BlockList();
for (const [network, prefix] of NOT_PUBLIC_V4) {
  refused.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of NOT_PUBLIC_V6) {
  refused.addSubnet(network, prefix, 'ipv6');
}
const global = new BlockList();
global.addSubnet(...GLOBAL_V6, 'ipv6');

/** Whether anyone on the internet could connect to `address`; false for what is no address. */
export const isPublicAddress = (address: string): boolean => {
  switch (isIP(address)) {
    case 4:
      return !refused.check(address, 'ipv4');
    case 6:
      return global.check(address, 'ipv6') && !refused.check(address, 'ipv6');
    default:
      return false;
  }
};
