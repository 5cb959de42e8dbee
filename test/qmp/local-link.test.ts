import { expect, onTestFinished, test } from 'vitest';
import { createLocalLink } from '../../src/qmp/local-link.ts';
import type { Link, Traffic } from '../../src/qmp/link.ts';
import { FakeEndpoint } from './fake-endpoint.ts';
import { patience, reaches } from './fake-peer.ts';

function open(endpoint = new FakeEndpoint()): Link {
  const link = createLocalLink(endpoint, 'demo machine');
  onTestFinished(() => link.close());
  return link;
}

test('greets and negotiates like a socket', async () => {
  const link = open();
  const traffic: Traffic[] = [];
  link.onTraffic((line) => traffic.push(line));
  expect(link.state).toEqual({ state: 'connecting' });
  await expect(link.execute('query-version')).resolves.toEqual({ qemu: { major: 2, minor: 9, micro: 0 }, package: 'test' });
  expect(traffic.slice(0, 2).map(({ message }) => Object.keys(message)[0])).toEqual(['QMP', 'execute']);
  await expect(link.execute('nope')).rejects.toMatchObject({ class: 'CommandNotFound' });
  await expect(link.request({ execute: 'x', bogus: 1, id: 3 }))
    .resolves.toMatchObject({ id: 3, error: { desc: "QMP input member 'bogus' is unexpected" } });
});

test('carries values, never references', async () => {
  const kept: { list: unknown[] } = { list: [1] };
  const link = open(new FakeEndpoint({ give: () => kept, take: (args) => (args.kept as unknown[]).push('changed') }));
  const first = await link.execute('give') as typeof kept;
  first.list.push(2);
  await expect(link.execute('give')).resolves.toEqual({ list: [1] });
  const mine = ['mine'];
  await link.execute('take', { kept: mine });
  expect(mine).toEqual(['mine']);
});

test('makes of numbers and missing members what a socket would', async () => {
  const link = open();
  const sent = { small: 5n, big: 2n ** 64n, none: undefined, list: [undefined], nan: NaN, ['__proto__']: 1 };
  await expect(link.execute('echo', sent))
    .resolves.toEqual({ small: 5, big: 2n ** 64n, list: [null], nan: null, ['__proto__']: 1 });
});

test('answers and tells events in a later turn, in order', async () => {
  const endpoint = new FakeEndpoint({ stop: (_, self) => self.emit('STOP') });
  const link = open(endpoint);
  await reaches(link, 'ready');
  const order: string[] = [];
  link.onEvent(({ event }) => order.push(event));
  const replies = ['stop', 'echo'].map(async (name) => {
    await link.execute(name);
    order.push(name);
  });
  await Promise.resolve();
  expect(endpoint.executed).toEqual([]);
  await Promise.all(replies);
  expect(order).toEqual(['STOP', 'stop', 'echo']);
});

test('stops listening to the endpoint when it is closed', async () => {
  const endpoint = new FakeEndpoint();
  const link = open(endpoint);
  await link.execute('echo');
  expect(endpoint.listeners.size).toBe(1);
  await link.close();
  await expect.poll(() => endpoint.listeners.size, patience).toBe(0);
});
