import { describe, expect, test } from 'vitest';
import { allowedAddresses } from '../../../../src/host/egress/address-guard.ts';
import { parseRange } from '../../../../src/host/egress/ip-range.ts';
import { toNetworkPolicy, type NetworkWish } from '../../../../src/host/egress/network-policy.ts';

const policyOf = (wish: NetworkWish) => toNetworkPolicy(wish, (text) => parseRange(text) !== undefined);
const open = policyOf({ allow_internet_access: true });
const only = (...allowOut: string[]) => policyOf({ allowOut, denyOut: ['0.0.0.0/0'] });

/** One or two addresses of each special range. */
const SPECIAL = `
  0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 127.255.255.254 169.254.169.254 172.31.255.255 192.0.0.8
  192.0.2.1 192.88.99.1 192.168.1.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.250
  240.0.0.1 255.255.255.255 168.63.129.16 :: ::1 ::ffff:8.8.8.8 ::ffff:127.0.0.1 ::127.0.0.1
  64:ff9b::7f00:1 64:ff9b:1::1 100::1 2001::1 2001:db8::1 2002:7f00:1:: 3fff::1 5f00::1 fc00::1
  fd12:3456::1 fe80::1 fec0::1 ff02::1
`
  .trim()
  .split(/\s+/);

async function ask(
  wish: ReturnType<typeof policyOf>,
  host: string,
  found: readonly string[] = [],
): Promise<string> {
  try {
    return (await allowedAddresses(wish, host, () => Promise.resolve(found))).join();
  } catch (thrown) {
    return thrown instanceof Error ? `refused: ${thrown.message}` : 'refused';
  }
}

describe('allowedAddresses()', () => {
  test.for(SPECIAL)(
    'with all of the internet open, %s stays closed, as an address and behind a name',
    async (address) => {
      expect(await ask(open, address)).toContain('refused');
      expect(await ask(open, `[${address}]`)).toContain('refused');
      expect(await ask(open, 'rebound.example.com', [address])).toContain('refused');
      expect(await ask(only('rebound.example.com'), 'rebound.example.com', [address])).toContain('refused');
    },
  );

  test.for(['8.8.8.8', '1.1.1.1', '172.32.0.1', '100.128.0.1', '192.167.0.1', '2606:4700::1111', '2a00::1'])(
    'with all of the internet open, %s is open',
    async (address) => {
      expect(await ask(open, address)).toBe(address);
      expect(await ask(open, 'site.example.com', [address])).toBe(address);
    },
  );

  test('keeps the public ones of a name that has both kinds of addresses', async () => {
    expect(await ask(open, 'mixed.example.com', ['127.0.0.1', '8.8.8.8', 'fe80::1'])).toBe('8.8.8.8');
  });

  test('opens a private address only to a list that means it', async () => {
    expect(await ask(only('10.0.0.0/8'), '10.1.2.3')).toBe('10.1.2.3');
    expect(await ask(only('10.1.2.3'), '10.1.2.3')).toBe('10.1.2.3');
    expect(await ask(only('127.0.0.1'), 'localhost', ['127.0.0.1'])).toBe('127.0.0.1');
    expect(await ask(only('0.0.0.0/0'), '10.1.2.3')).toContain('refused');
    expect(await ask(only('8.0.0.0/5'), '10.1.2.3')).toContain('refused');
    expect(await ask(only('10.1.2.4'), '10.1.2.3')).toContain('refused');
  });

  test('lets what is allowed win over what is denied', async () => {
    const policy = policyOf({ allowOut: ['8.8.8.8'], denyOut: ['0.0.0.0/0'], allow_internet_access: true });

    expect(await ask(policy, '8.8.8.8')).toBe('8.8.8.8');
    expect(await ask(policy, '8.8.4.4')).toContain('refused');
    expect(
      await ask(policyOf({ allow_internet_access: true, denyOut: ['8.8.8.0/24'] }), '8.8.8.8'),
    ).toContain('refused');
  });

  test.for([
    ['example.com', true],
    ['EXAMPLE.com.', true],
    ['api.example.com', false],
    ['notexample.com', false],
    ['a.example.org', true],
    ['a.b.example.org', true],
    ['example.org', false],
    ['evilexample.org', false],
  ] as const)('with example.com and *.example.org allowed, %s is allowed: %s', async ([name, isAllowed]) => {
    const answer = await ask(only('example.com', '*.example.org'), name, ['8.8.8.8']);

    expect(answer === '8.8.8.8').toBe(isAllowed);
  });

  test.for([
    '',
    'a b',
    'x'.repeat(254),
    'exämple.com',
    'a/b',
    'user@host',
    '127.1',
    '0x7f.1',
    '2130706433',
    '127.0.0.1%eth0',
  ])('never opens the strange name %j', async (name) => {
    expect(await ask(open, name, ['127.0.0.1'])).toContain('refused');
  });

  test('says when a name has no address', async () => {
    const failing = allowedAddresses(open, 'nowhere.example.com', () =>
      Promise.reject(new Error('ENOTFOUND')),
    );

    await expect(failing).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});
