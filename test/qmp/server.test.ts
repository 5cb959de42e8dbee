import { existsSync, statSync, writeFileSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import type { Socket } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawn } from 'node:child_process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connect } from '../../src/qmp/client.ts';
import { serveQmp } from '../../src/qmp/server.ts';
import type { QmpServer, ServeOptions } from '../../src/qmp/server.ts';
import { FakeEndpoint } from './fake-endpoint.ts';
import { patience, temporaryFolder } from './fake-peer.ts';

async function serve(options: Partial<ServeOptions> = {}): Promise<QmpServer & { path: string }> {
  const path = join(temporaryFolder(), 'qmp.sock');
  const server = await serveQmp({ endpoint: new FakeEndpoint(), addresses: [path], ...options });
  onTestFinished(() => server.close());
  return { ...server, path };
}

/** A raw client. */
interface Dialed {
  readonly socket: Socket;
  /** All that was received so far. */
  readonly text: () => string;
  readonly until: (part: string) => Promise<string>;
}

async function dial(path: string): Promise<Dialed> {
  const socket = connectSocket(path);
  onTestFinished(() => void socket.destroy());
  let received = '';
  socket.on('data', (chunk: Buffer) => (received += chunk.toString())).on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve));
  const until = async (part: string) => {
    await expect.poll(() => received, patience).toContain(part);
    return received;
  };
  return { socket, text: () => received, until };
}

const greetingLine =
  '{"QMP": {"version": {"qemu": {"micro": 0, "minor": 9, "major": 2}, "package": "test"}, "capabilities": []}}\r\n';
const negotiation = "{'execute':'qmp_capabilities'}";

describe('a session', () => {
  test('greets, negotiates and answers in the very bytes of QEMU', async () => {
    const { path } = await serve();
    const client = await dial(path);
    await client.until(greetingLine);
    client.socket.write('{"execute":"echo","id":1}{"execute":"qmp_capabilities","arguments":{"enable":["oob"]},"id":[2]}');
    client.socket.write(`${negotiation}{"execute":"qmp_capabilities"}{"execute":"echo","arguments":{"a":"é"},"id":"libvirt-1"}`);
    client.socket.write('{"execute":"nope","id":{"x":null}}');
    const text = await client.until('nope');
    expect(text.slice(greetingLine.length).split('\r\n')).toEqual([
      '{"id": 1, "error": {"class": "CommandNotFound", "desc": "Expecting capabilities negotiation with \'qmp_capabilities\'"}}',
      '{"id": [2], "error": {"class": "GenericError", "desc": "Capability oob not available"}}',
      '{"return": {}}',
      '{"error": {"class": "CommandNotFound", "desc": "Capabilities negotiation is already complete, command ignored"}}',
      '{"return": {"a": "\\u00E9"}, "id": "libvirt-1"}',
      '{"id": {"x": null}, "error": {"class": "CommandNotFound", "desc": "The command nope has not been found"}}',
      '',
    ]);
  });

  test.each([
    ['[]', 'QMP input must be a JSON object'], ['{}', "QMP input lacks member 'execute'"],
    ['{"execute":1}', "QMP input member 'execute' must be a string"],
    ['{"execute":"echo","arguments":[]}', "QMP input member 'arguments' must be an object"],
    ['{"execute":"echo","x":1}', "QMP input member 'x' is unexpected"],
    ['{"exec-oob":"echo"}', "QMP input member 'exec-oob' is unexpected"],
  ])('refuses %s', async (request, desc) => {
    const client = await dial((await serve()).path);
    client.socket.write(negotiation + request);
    expect(await client.until('error')).toContain(`{"error": {"class": "GenericError", "desc": "${desc}"}}`);
  });

  test('runs commands in order and sends the events of a command before its reply', async () => {
    const endpoint = new FakeEndpoint({
      slow: async () => {
        await sleep(30);
        return { slow: true };
      },
      stop: (_, self) => self.emit('STOP'),
    });
    const client = await dial((await serve({ endpoint })).path);
    client.socket.write(`${negotiation}{"execute":"slow"}{"execute":"stop","id":1}{"execute":"echo","id":2}`);
    const lines = (await client.until('"id": 2')).split('\r\n').slice(2, -1);
    expect(lines).toEqual(['{"return": {"slow": true}}', '{"timestamp": {"seconds": 1, "microseconds": 2}, "event": "STOP"}',
      '{"return": {}, "id": 1}', '{"return": {}, "id": 2}']);
  });

  test('greets before the endpoint is there; its commands wait', async () => {
    let arrive: (endpoint: FakeEndpoint) => void = () => undefined;
    const endpoint = new Promise<FakeEndpoint>((resolve) => (arrive = resolve));
    const client = await dial((await serve({ endpoint, version: new FakeEndpoint().version() })).path);
    client.socket.write(`${negotiation}{"execute":"echo","id":9}`);
    await client.until('"return"');
    await sleep(30);
    expect(client.text()).not.toContain('9}');
    const arrived = new FakeEndpoint();
    arrive(arrived);
    await client.until('"id": 9');
    arrived.emit('LATER');
    await client.until('LATER');
  });

  test('answers what was asked before the client stopped sending', async () => {
    const endpoint = new FakeEndpoint({ slow: () => sleep(30) });
    const client = await dial((await serve({ endpoint })).path);
    client.socket.end(`${negotiation}{"execute":"slow"}{"execute":"echo","id":"last"}`);
    await new Promise((resolve) => client.socket.once('close', resolve));
    expect(client.text()).toContain('{"return": {}, "id": "last"}');
  });

  test('of a client that sends all before it reads anything goes on, as with QEMU', async () => {
    const endpoint = new FakeEndpoint({ some: () => 'x'.repeat(2000) });
    const socket = connectSocket((await serve({ endpoint })).path).pause();
    onTestFinished(() => void socket.destroy());
    await new Promise<void>((resolve) => socket.write(negotiation + '{"execute":"some"}'.repeat(20_000), () => resolve()));
    let replies = 0;
    socket.on('data', (chunk: Buffer) => (replies += chunk.toString('latin1').split('\n').length - 1)).resume();
    await expect.poll(() => replies, patience).toBe(20_002);
  });

  test('gives its replies to a client that says no more, however late it reads', async () => {
    const endpoint = new FakeEndpoint({ some: () => 'x'.repeat(10_000) });
    const { socket, text } = await dial((await serve({ endpoint })).path);
    socket.pause().end(`${negotiation}${'{"execute":"some"}'.repeat(80)}{"execute":"echo","id":"last"}`);
    await expect.poll(() => endpoint.executed.length, patience).toBe(81);
    await sleep(1500); // longer than a server waits that hangs up
    socket.resume();
    await new Promise((resolve) => socket.once('close', resolve));
    expect(text()).toContain('"id": "last"');
  });

  test('tells a bug of the endpoint instead of going silent', async () => {
    const endpoint = new FakeEndpoint({ bug: () => { throw new TypeError('oops'); } });
    const client = await dial((await serve({ endpoint })).path);
    client.socket.write(`${negotiation}{"execute":"bug"}`);
    await client.until('{"error": {"class": "GenericError", "desc": "oops"}}');
  });
});

describe('several clients', () => {
  test('are served at once; events go to those that have negotiated', async () => {
    const endpoint = new FakeEndpoint();
    const { path } = await serve({ endpoint });
    const [first, second, silent] = [await dial(path), await dial(path), await dial(path)];
    first.socket.write(`${negotiation}{"execute":"echo"}`);
    second.socket.write(`${negotiation}{"execute":"echo"}`);
    await Promise.all([first, second].map(({ until }) => until('"return": {}}\r\n{"return"')));
    endpoint.emit('NEWS', { a: 1 });
    await Promise.all([first, second].map(({ until }) => until('"event": "NEWS", "data": {"a": 1}}')));
    expect(silent.text()).toBe(greetingLine);
    first.socket.destroy();
    await expect.poll(() => endpoint.listeners.size, patience).toBe(1);
  });

  test('that do not read are held back, then dropped; the others do not notice', async () => {
    const endpoint = new FakeEndpoint({ big: () => 'x'.repeat(100_000) });
    const { path } = await serve({ endpoint });
    const [lazy, eager] = [await dial(path), await dial(path)];
    lazy.socket.pause().write(negotiation + '{"execute":"big"}'.repeat(2000));
    eager.socket.write(negotiation);
    await expect.poll(() => endpoint.listeners.size, patience).toBe(2);
    await expect.poll(() => endpoint.executed.length, patience).toBeGreaterThan(600);
    await sleep(100);
    expect(endpoint.executed.length).toBeLessThan(700);
    for (let count = 0; count < 300; count++) {
      endpoint.emit('FLOOD', { text: 'y'.repeat(100_000) });
      await new Promise((resolve) => setImmediate(resolve));
    }
    await expect.poll(() => endpoint.listeners.size, patience).toBe(1);
    eager.socket.write('{"execute":"echo","id":"fine"}');
    await eager.until('"id": "fine"');
  });
});

describe('a unix socket', () => {
  test('is open to its owner only, and removed at the end', async () => {
    const { path, ...server } = await serve();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await server.close();
    expect(existsSync(path)).toBe(false);
  });

  test('that a dead server left is replaced', async () => {
    const path = join(temporaryFolder(), 'stale.sock');
    const script = "require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))";
    const child = spawn(process.execPath, ['-e', script, path]);
    await new Promise((resolve) => child.once('exit', resolve));
    expect(existsSync(path)).toBe(true);
    await serve({ addresses: [path] });
    await (await dial(path)).until(greetingLine);
  });

  test('of a live server is left alone', async () => {
    const path = join(temporaryFolder(), 'live.sock');
    const live = createServer().listen(path);
    onTestFinished(() => void live.close());
    await expect(serve({ addresses: [path] })).rejects.toThrow('another server is listening there');
    expect(existsSync(path)).toBe(true);
  });

  test('never replaces a file that is no socket', async () => {
    const path = join(temporaryFolder(), 'precious');
    writeFileSync(path, 'data');
    await expect(serve({ addresses: [path] })).rejects.toThrow('a file that is not a socket');
    expect(statSync(path).size).toBe(4);
  });
});

describe('a TCP address', () => {
  test('on the loopback is served, at a port that the system may choose', async () => {
    const { addresses } = await serve({ addresses: ['tcp:127.0.0.1:0'] });
    const link = connect(addresses[0]!);
    onTestFinished(() => link.close());
    await expect(link.execute('query-version')).resolves.toMatchObject({ package: 'test' });
  });

  test('that other machines can reach is refused unless it was asked for, and then nothing listens', async () => {
    const path = join(temporaryFolder(), 'first.sock');
    await expect(serve({ addresses: [path, 'tcp:0.0.0.0:0'] }))
      .rejects.toThrow('tcp:0.0.0.0:0 can be reached from other machines');
    expect(existsSync(path)).toBe(false);
    const { addresses } = await serve({ addresses: ['tcp:0.0.0.0:0'], insecureTcp: true });
    expect(addresses[0]).toMatchObject({ host: '0.0.0.0', port: expect.any(Number) });
  });

  test('that is taken ends the whole attempt', async () => {
    const { addresses } = await serve({ addresses: ['tcp:127.0.0.1:0'] });
    const path = join(temporaryFolder(), 'other.sock');
    await expect(serve({ addresses: [path, addresses[0]!] })).rejects.toThrow('EADDRINUSE');
    expect(existsSync(path)).toBe(false);
  });
});
