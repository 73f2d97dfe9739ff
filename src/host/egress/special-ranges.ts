import { isInRange, parseRange, type IpAddress, type IpRange } from './ip-range.ts';

/**
 * Everything that is not the public internet: this machine, its networks, the metadata services of clouds, and the
 * forms in which an address of version 6 carries one of version 4. From IANA's two registries of special purpose
 * addresses (RFC 6890 and its updates).
 */
const SPECIAL: readonly IpRange[] = [
  ['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ['192.0.0.0/24', '192.0.2.0/24', '192.31.196.0/24', '192.52.193.0/24', '192.88.99.0/24', '192.168.0.0/16'],
  ['192.175.48.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
  // 168.63.129.16 is Azure's wire server: public by its number, this machine's own by its answers.
  ['168.63.129.16/32'],
  ['::/96', '::ffff:0:0/96', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '2001::/23', '2001:db8::/32'],
  ['2002::/16', '3fff::/20', '5f00::/16', 'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8'],
]
  .flat()
  .flatMap((text) => parseRange(text) ?? []);

/** The special range that an address lies in; undefined for an address of the public internet. */
export function specialRangeOf(ip: IpAddress): IpRange | undefined {
  return SPECIAL.find((range) => isInRange(range, ip));
}
