import { describe, expect, test } from 'vitest';
import { formatAddress, isLoopback, parseAddress, parseListenAddress } from '../../src/qmp/address.ts';

describe('parseAddress', () => {
  test.each([
    ['unix:/run/q.sock', { kind: 'unix', path: '/run/q.sock' }],
    ['q.sock', { kind: 'unix', path: 'q.sock' }],
    ['unix:tcp:1', { kind: 'unix', path: 'tcp:1' }],
    ['tcp:localhost:4444', { kind: 'tcp', host: 'localhost', port: 4444 }],
    ['ssh://vmhost/run/q.sock', { kind: 'ssh', host: 'vmhost', path: '/run/q.sock' }],
    ['ssh://me@vm-host.example.org:2222/run/a b:c', { kind: 'ssh', user: 'me', host: 'vm-host.example.org', port: 2222, path: '/run/a b:c' }],
    ['ssh://[fe80::1%eth0]/q', { kind: 'ssh', host: 'fe80::1%eth0', path: '/q' }],
    ['tcp:[::1]:0', { kind: 'tcp', host: '::1', port: 0 }],
  ])('reads %s', (text, address) => {
    expect(parseAddress(text)).toEqual(address);
    expect(parseAddress(formatAddress(parseAddress(text)))).toEqual(address);
  });

  test.each([
    ['', 'path is missing'], ['unix:', 'path is missing'], ['tcp:4444', 'expected tcp:HOST:PORT'], ['tcp::4444',
    'host is missing'],
    ['tcp:host:', "not ''"], ['tcp:host:http', "not 'http'"], ['tcp:host:65536', "not '65536'"], ['tcp:::1:80', 'in brackets'],
    ['ssh:', 'expected ssh://'], ['ssh://host', 'expected ssh://'], ['ssh://host/', 'expected ssh://'], ['ssh:///q', 'expected ssh://'],
    ['ssh://-oProxyCommand=x/q', 'expected ssh://'], ['ssh://-l@host/q', 'expected ssh://'], ['ssh://me@-v/q', 'expected ssh://'],
    ['ssh://a b/q', 'expected ssh://'], ['ssh://host;x/q', 'expected ssh://'], ['ssh://$(x)/q', 'expected ssh://'],
    ['ssh://host:99999/q', 'up to 65535'], ['ssh://host/${HOME}', '${'], ['ssh://host/a\nb', 'control characters'], [`ssh://h/${'x'.repeat(120)}`, 'at most'],
    [`unix:/${'x'.repeat(120)}`, 'at most'], ['a\0b', 'NUL'],
  ])('refuses %j and says why', (text, why) => {
    expect(() => parseAddress(text)).toThrow(why);
  });
});

test('only addresses that other machines cannot reach are loopback', () => {
  const local = ['unix:/x', 'tcp:127.0.0.1:1', 'tcp:127.9.9.9:1', 'tcp:localhost:1', 'tcp:[::1]:1', 'tcp:[::ffff:127.0.0.1]:1'];
  for (const text of local) {
    expect(isLoopback(parseListenAddress(text)), text).toBe(true);
  }
  for (const text of ['tcp:0.0.0.0:1', 'tcp:[::]:1', 'tcp:10.0.0.1:1', 'tcp:127.example.org:1', 'tcp:host:1']) {
    expect(isLoopback(parseListenAddress(text)), text).toBe(false);
  }
});

test('nothing listens on another host', () => {
  expect(() => parseListenAddress('ssh://host/q')).toThrow('this host only');
});
