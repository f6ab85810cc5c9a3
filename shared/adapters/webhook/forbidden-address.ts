/**
 * Addresses that no delivery goes to: link-local ones, where clouds keep the metadata server that hands out our own
 * credentials, and the unspecified ones, which reach this machine. Private networks are allowed: the conference system may be in one.
 */
import { BlockList, isIP } from 'node:net';

const forbidden = new BlockList();
forbidden.addSubnet('169.254.0.0', 16, 'ipv4');
forbidden.addSubnet('0.0.0.0', 8, 'ipv4');
forbidden.addAddress('::', 'ipv6');
forbidden.addSubnet('fe80::', 10, 'ipv6');
// 169.254.0.0/16 behind NAT64 (RFC 6052).
forbidden.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6');
// Metadata servers on IPv6: Google's and Amazon's.
forbidden.addAddress('fd20:ce::254', 'ipv6');
forbidden.addAddress('fd00:ec2::254', 'ipv6');

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether this IP address is one of them; also in its IPv4-mapped form. */
export function isForbiddenAddress(address: string): boolean {
  return isListed(forbidden, address);
}

/** Whether a URL's host name is this very machine. */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || isListed(loopback, bare(hostname));
}

/** Whether a URL's host name is a forbidden address itself; of a name nothing is known before it is resolved. */
export function isForbiddenHost(hostname: string): boolean {
  return isForbiddenAddress(bare(hostname));
}

/** URLs write IPv6 addresses in brackets. */
function bare(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

function isListed(list: BlockList, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 4 ? 'ipv4' : 'ipv6');
}
