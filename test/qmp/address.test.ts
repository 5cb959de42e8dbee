import { describe, expect, test } from 'vitest';
import { formatAddress, isLoopback, parseAddress } from '../../src/qmp/address.ts';

describe('parseAddress', () => {
  test.each([
    ['unix:/run/q.sock', { kind: 'unix', path: '/run/q.sock' }],
    ['q.sock', { kind: 'unix', path: 'q.sock' }],
    ['unix:tcp:1', { kind: 'unix', path: 'tcp:1' }],
    ['tcp:localhost:4444', { kind: 'tcp', host: 'localhost', port: 4444 }],
    ['tcp:[::1]:0', { kind: 'tcp', host: '::1', port: 0 }],
  ])('reads %s', (text, address) => {
    expect(parseAddress(text)).toEqual(address);
    expect(parseAddress(formatAddress(parseAddress(text)))).toEqual(address);
  });

  test.each([
    ['', 'path is missing'], ['unix:', 'path is missing'], ['tcp:4444', 'expected tcp:HOST:PORT'], ['tcp::4444',
    'host is missing'],
    ['tcp:host:', "not ''"], ['tcp:host:http', "not 'http'"], ['tcp:host:65536', "not '65536'"], ['tcp:::1:80', 'in brackets'],
    [`unix:/${'x'.repeat(120)}`, 'at most'], ['a\0b', 'NUL'],
  ])('refuses %j and says why', (text, why) => {
    expect(() => parseAddress(text)).toThrow(why);
  });
});

test('only addresses that other machines cannot reach are loopback', () => {
  const local = ['unix:/x', 'tcp:127.0.0.1:1', 'tcp:127.9.9.9:1', 'tcp:localhost:1', 'tcp:[::1]:1', 'tcp:[::ffff:127.0.0.1]:1'];
  for (const text of local) {
    expect(isLoopback(parseAddress(text)), text).toBe(true);
  }
  for (const text of ['tcp:0.0.0.0:1', 'tcp:[::]:1', 'tcp:10.0.0.1:1', 'tcp:127.example.org:1', 'tcp:host:1']) {
    expect(isLoopback(parseAddress(text)), text).toBe(false);
  }
});
