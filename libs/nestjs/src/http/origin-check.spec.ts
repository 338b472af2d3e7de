import { OriginCheck, type OriginRules } from './origin-check.js';

const LOOPBACK = '127.0.0.1';
const NETWORK = '10.0.0.7';

function isLetIn(rules: OriginRules, localAddress: string, headers: Record<string, string>): boolean {
  return new OriginCheck(rules).problemOf({ headers, socket: { localAddress } as never }) === undefined;
}

describe('OriginCheck', () => {
  it.each([
    [LOOPBACK, 'localhost:3000', true],
    [LOOPBACK, '127.0.0.1', true],
    ['::1', '[::1]:3000', true],
    ['::ffff:127.0.0.1', 'LOCALHOST', true],
    [LOOPBACK, 'evil.example', false],
    [LOOPBACK, 'localhost.evil.example', false],
    [LOOPBACK, '', false],
    [LOOPBACK, 'not a host', false],
    [NETWORK, 'shop.example', true],
  ])('over %s, the host %j is known: %s', (address, host, expected) => {
    expect(isLetIn({}, address, { host })).toBe(expected);
  });

  it('knows the hosts that it is told, and no others', () => {
    const lists = { allowedHosts: ['mcp.example', 'only.example:8443'] };
    expect(isLetIn(lists, LOOPBACK, { host: 'mcp.example:443' })).toBe(true);
    expect(isLetIn(lists, NETWORK, { host: 'only.example:8443' })).toBe(true);
    expect(isLetIn(lists, NETWORK, { host: 'only.example' })).toBe(false);
    expect(isLetIn(lists, LOOPBACK, { host: 'localhost' })).toBe(false);
    expect(isLetIn({ allowedHosts: '*' }, LOOPBACK, { host: 'any.example' })).toBe(true);
  });

  it('lets in pages of the server itself and those that it is told', () => {
    const host = 'shop.example';
    expect(isLetIn({}, NETWORK, { host, origin: 'https://shop.example' })).toBe(true);
    expect(isLetIn({}, NETWORK, { host, origin: 'https://shop.example:8443' })).toBe(false);
    expect(isLetIn({}, NETWORK, { host, origin: 'http://localhost' })).toBe(false);
    expect(
      isLetIn({ allowedOrigins: ['https://chat.example'] }, NETWORK, { host, origin: 'https://chat.example' }),
    ).toBe(true);
    expect(isLetIn({ allowedOrigins: '*' }, NETWORK, { host, origin: 'https://any.example' })).toBe(true);
  });

  it('lets in pages of this machine on other ports where that is asked for, and to names of this machine alone', () => {
    const origin = 'http://localhost:5173';
    expect(isLetIn({}, LOOPBACK, { host: 'localhost:3000', origin })).toBe(false);
    expect(isLetIn({ allowLocalPages: true }, LOOPBACK, { host: '127.0.0.1:3000', origin })).toBe(true);
    expect(isLetIn({ allowLocalPages: true }, NETWORK, { host: 'shop.example', origin })).toBe(false);
  });

  it('reads the host of HTTP/2', () => {
    expect(isLetIn({}, LOOPBACK, { ':authority': 'localhost:3000' })).toBe(true);
    expect(isLetIn({}, LOOPBACK, { ':authority': 'evil.example' })).toBe(false);
  });
});
