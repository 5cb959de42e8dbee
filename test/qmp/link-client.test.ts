import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connect } from '../../src/qmp/client.ts';
import type { ClientOptions } from '../../src/qmp/client.ts';
import type { Link, LinkError, LinkState, QmpEvent, Traffic } from '../../src/qmp/link.ts';
import { fakePeer, greeting, patience, politePeer, reaches, temporaryFolder } from './fake-peer.ts';

function open(path: string, options?: ClientOptions): Link {
  const link = connect(path, options);
  onTestFinished(() => link.close());
  return link;
}

const dripping = new WeakMap<Socket, Promise<void>>();
const failure = (reason: LinkError['reason'], text: string | RegExp) =>
  expect.objectContaining({ name: 'LinkError', reason, message: expect.stringMatching(text) });
const echo = ({ execute, arguments: args, id }: Record<string, unknown>) => JSON.stringify({ return: args ?? execute, id });
const refusal = (id: unknown, desc: string, errorClass = 'GenericError') =>
  JSON.stringify({ id, error: { class: errorClass, desc } });

describe('a request', () => {
  test('made before the greeting waits for it', async () => {
    const peer = await politePeer(echo);
    const link = open(peer.path);
    await expect(link.execute('query-x')).resolves.toBe('query-x');
    expect(link.state).toEqual({ state: 'ready', version: { qemu: { major: 2, minor: 9, micro: 0 }, package: 'fake' } });
  });

  test('finds its reply among replies that come in another order', async () => {
    const held: string[] = [];
    const peer = await politePeer((request) => {
      held.push(echo(request));
      return held.length === 3 ? held.reverse().join('') : undefined;
    });
    const link = open(peer.path);
    await expect(Promise.all(['a', 'b', 'c'].map((name) => link.execute(name)))).resolves.toEqual(['a', 'b', 'c']);
  });

  test('carries integers beyond 2^53 exactly, there and back', async () => {
    let sent = '';
    const peer = await fakePeer({
      onConnect: (socket) => socket.on('data', (chunk: Buffer) => (sent += chunk.toString())).write(greeting),
      onLine: (request, socket) => socket.write(`{"return": {"size": 9007199254740993}, "id": "${String(request.id)}"}`),
    });
    await expect(open(peer.path).execute('resize', { size: 18446744073709551615n }))
      .resolves.toEqual({ size: 9007199254740993n });
    expect(sent).toContain('"size": 18446744073709551615');
  });

  test('that the far end refuses is a QapiError with its class', async () => {
    const peer = await politePeer(({ id }) => refusal(id, 'The command x has not been found', 'CommandNotFound'));
    await expect(open(peer.path).execute('x'))
      .rejects.toMatchObject({ name: 'QapiError', class: 'CommandNotFound', desc: 'The command x has not been found' });
  });

  test('sent as it is gives back the whole reply with the id that its sender chose', async () => {
    const peer = await politePeer(({ id, execute }) => (execute === 'bad' ? refusal(id, 'no') : `{"return": 1, "id": "${String(id)}"}`));
    const link = open(peer.path);
    await expect(link.request({ execute: 'good', id: { mine: [1] } })).resolves.toEqual({ return: 1, id: { mine: [1] } });
    await expect(link.request({ execute: 'bad' })).resolves.toEqual({ error: { class: 'GenericError', desc: 'no' } });
    await expect(link.request({ 'exec-oob': 'good', id: null })).resolves.toEqual({ return: 1, id: null });
    expect(peer.received.at(-1)).toMatchObject({ 'exec-oob': 'good', id: expect.stringMatching(/^qmon-/) });
  });

  test('that the far end could not even read is answered by the error without an id', async () => {
    const peer = await politePeer(() => '{"error": {"class": "GenericError", "desc": "JSON nesting depth limit exceeded"}}');
    await expect(open(peer.path).execute('deep')).rejects.toThrow('JSON nesting depth limit exceeded');
  });

  test('fails at its deadline; the late reply is dropped and the link stays usable', async () => {
    const late: string[] = [];
    const peer = await politePeer((request) => {
      late.push(echo(request));
      return request.execute === 'slow' ? undefined : late.splice(0).join('');
    });
    const link = open(peer.path);
    await expect(link.execute('slow', undefined, { deadlineMs: 50 }))
      .rejects.toEqual(failure('deadline', /no reply to 'slow' .* within 0.05 s/));
    await expect(link.execute('quick')).resolves.toBe('quick');
    expect(link.state.state).toBe('ready');
  });
});

const stopEvent = '{"event": "STOP", "timestamp": {"seconds": 1, "microseconds": 2}}';

describe('the handshake', () => {
  test.each([['byte by byte', 1], ['in one piece', 100_000]])('survives a peer that sends %s', async (_, size) => {
    const peer = await fakePeer({
      onConnect: (socket) => drip(socket, greeting, size),
      onLine: (request, socket) => drip(socket, echo(request) + stopEvent, size),
    });
    const link = open(peer.path);
    const events: QmpEvent[] = [];
    link.onEvent((event) => events.push(event));
    await expect(link.execute('x', { a: 'é😀' })).resolves.toEqual({ a: 'é😀' });
    await expect(link.execute('y')).resolves.toBe('y');
    expect(events[0]).toEqual({ event: 'STOP', data: {}, timestamp: { seconds: 1, microseconds: 2 } });
  });

  test('takes no event for a reply: not before the greeting, not between qmp_capabilities and its reply', async () => {
    const event = (name: string) => `{"timestamp": {"seconds": 1, "microseconds": 0}, "event": "${name}", "data": {"id": 1}}\r\n`;
    const peer = await fakePeer({
      onConnect: (socket) => socket.write(event('EARLY') + greeting + event('MIDDLE')),
      onLine: (request, socket) => socket.write(event('BETWEEN') + echo(request)),
    });
    const link = open(peer.path);
    const events: string[] = [];
    link.onEvent(({ event: name }) => events.push(name));
    await expect(link.execute('x')).resolves.toBe('x');
    expect(events).toEqual(['EARLY', 'MIDDLE', 'BETWEEN', 'BETWEEN']);
  });

  test('asks for out-of-band execution only when told to', async () => {
    const peer = await politePeer(echo);
    await open(peer.path).execute('x');
    await open(peer.path, { oob: true }).execute('x');
    const negotiations = peer.received.filter(({ execute }) => execute === 'qmp_capabilities');
    expect(negotiations.map((request) => request.arguments)).toEqual([undefined, { enable: ['oob'] }]);
  });

  test('that never comes makes the link silent, and the request in wait says why it failed', async () => {
    const peer = await fakePeer({});
    const link = open(peer.path, { silentAfterMs: 30 });
    const request = link.execute('x', undefined, { deadlineMs: 800 });
    await expect(reaches(link, 'silent')).resolves.toMatchObject({ sinceMs: expect.any(Number) });
    await expect(request)
      .rejects.toEqual(failure('deadline', /'x' was not sent: .* is silent: another client probably holds this monitor/));
    peer.sockets[0]!.write(greeting);
    await expect.poll(() => peer.received.length, patience).toBe(1);
    expect(peer.received[0]).toMatchObject({ execute: 'qmp_capabilities' });
  });
});

describe('a lost peer', () => {
  test('fails what was in flight by name, is sought again, and nothing is sent twice', async () => {
    const peer = await politePeer((request) => (request.execute === 'hang' ? undefined : echo(request)));
    const link = open(peer.path);
    const states: LinkState[] = [];
    await link.execute('first');
    link.onState((state) => states.push(state));
    const hanging = [link.execute('hang'), link.request({ execute: 'hang', id: 7 })];
    await expect.poll(() => peer.received.length, patience).toBe(4);
    peer.sockets[0]!.destroy();
    for (const request of hanging) await expect(request)
      .rejects.toEqual(failure('disconnected', /while 'hang' ran .* not sent again/));
    await expect(link.execute('meanwhile'))
      .rejects.toEqual(failure('disconnected', /'meanwhile' was not sent: .* is down .* next attempt/));
    await reaches(link, 'ready');
    await expect(link.execute('second')).resolves.toBe('second');
    expect(states.map(({ state }) => state)).toEqual(['waiting', 'connecting', 'ready']);
    expect(peer.received.filter(({ execute }) => execute === 'hang')).toHaveLength(2);
  });

  test('that was never there fails the waiting request with the reason, and is sought again', async () => {
    const path = `${temporaryFolder()}/later.sock`;
    const link = open(path);
    await expect(link.execute('x')).rejects.toEqual(failure('disconnected', /'x' was not sent: no link to unix:.*ENOENT/));
    expect(link.state).toMatchObject({ state: 'waiting', attempt: 1, reason: expect.stringContaining('ENOENT') });
    await politePeer(echo, path);
    await reaches(link, 'ready');
    await expect(link.execute('x')).resolves.toBe('x');
  });

  test('is sought at once when somebody asks for it', async () => {
    const path = `${temporaryFolder()}/later.sock`;
    const link = open(path);
    await reaches(link, 'waiting');
    link.retry();
    expect(link.state).toEqual({ state: 'connecting' });
    await expect.poll(() => link.state, patience).toMatchObject({ state: 'waiting', attempt: 2 });
    await politePeer(echo, path);
    link.retry();
    link.retry();
    await reaches(link, 'ready');
    link.retry();
    await expect(link.execute('x')).resolves.toBe('x');
  });

  test('closes a link that is not to reconnect', async () => {
    const link = open(`${temporaryFolder()}/nobody.sock`, { reconnect: false, label: 'the guest' });
    await expect(link.execute('x')).rejects.toEqual(failure('disconnected', /no link to the guest/));
    expect(link.state).toMatchObject({ state: 'closed', reason: expect.stringContaining('ENOENT') });
    await expect(link.execute('x')).rejects.toEqual(failure('closed', /is closed/));
  });

  test.each([
    ['{"return": ?}', 'not a QMP message'], ['[]', 'a message that is no object'],
    ['{"what": 1}', 'no reply, event or greeting: what'], ['(qemu) ', 'not a QMP message'],
  ])(
    'is one that sends %j: a protocol error, and a new connection', async (bytes, problem) => {
      let isFirst = true;
      const peer = await politePeer((request) => {
        if (!isFirst) return echo(request);
        isFirst = false;
        return bytes;
      });
      const link = open(peer.path);
      await expect(link.execute('x')).rejects.toEqual(failure('protocol', problem));
      await reaches(link, 'ready');
      await expect(link.execute('y')).resolves.toBe('y');
    });
});

describe('a link', () => {
  test('that is closed fails what is pending, and says so to later requests', async () => {
    const peer = await politePeer(() => undefined);
    const link = open(peer.path);
    await reaches(link, 'ready');
    const pending = link.execute('hang');
    const refused = expect(pending).rejects.toEqual(failure('closed', /'hang' was given up/));
    await link.close();
    await refused;
    expect(link.state).toEqual({ state: 'closed', reason: 'closed here' });
    await expect(link.execute('x')).rejects.toEqual(failure('closed', 'is closed'));
    await sleep(300);
    expect(peer.sockets).toHaveLength(1);
  });

  test('shows its traffic, both ways', async () => {
    const peer = await politePeer(echo);
    const link = open(peer.path);
    const traffic: Traffic[] = [];
    link.onTraffic((line) => traffic.push(line));
    await link.execute('x');
    expect(traffic.map(({ direction, message }) => `${direction} ${Object.keys(message).join()}`))
      .toEqual(['received QMP', 'sent execute,id', 'received return,id', 'sent execute,id', 'received return,id']);
  });
});

/** Sends a text in pieces of `size` bytes, each in a turn of its own, after what is being sent already. */
function drip(socket: Socket, text: string, size: number): void {
  const bytes = Buffer.from(text);
  const send = async () => {
    for (let at = 0; at < bytes.length; at += size) {
      socket.write(bytes.subarray(at, at + size));
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  dripping.set(socket, (dripping.get(socket) ?? Promise.resolve()).then(send));
}
