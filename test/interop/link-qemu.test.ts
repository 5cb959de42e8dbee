import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Link, QmpEvent, QmpVersion } from '../../src/qmp/link.ts';
import { patience, reaches } from '../qmp/fake-peer.ts';
import { describeWithQemu } from '../support/qemu.ts';
import { freePort, openLink, startQemu, startStorageDaemon, temporaryFolder } from './link-peers.ts';

const peers = {
  'qemu over a unix socket': async () => {
    const path = join(temporaryFolder(), 'q');
    startQemu(`unix:${path}`);
    return `unix:${path}`;
  },
  'qemu over TCP': async () => {
    const port = await freePort();
    startQemu(`tcp:127.0.0.1:${port}`);
    return `tcp:127.0.0.1:${port}`;
  },
  'qemu-storage-daemon over a unix socket': async () => {
    const path = join(temporaryFolder(), 'q');
    startStorageDaemon(path);
    return path;
  },
};

async function ready(address: string): Promise<Link> {
  const link = openLink(address);
  await reaches(link, 'ready');
  return link;
}

function collect(link: Link): QmpEvent[] {
  const events: QmpEvent[] = [];
  link.onEvent((event) => events.push(event));
  return events;
}

describeWithQemu('a link to the real QEMU', () => {
  test.each(Object.entries(peers))('negotiates, asks, and hears errors and events: %s', async (_, startPeer) => {
    const link = await ready(await startPeer());
    const events = collect(link);
    const version = await link.execute('query-version') as QmpVersion;
    expect(link.state).toEqual({ state: 'ready', version });
    expect(version.qemu.major).toBeGreaterThan(2);
    await expect(link.execute('no-such-command'))
      .rejects.toMatchObject({ class: 'CommandNotFound', desc: 'The command no-such-command has not been found' });
    await expect(link.request({ execute: 'query-version', id: { mine: [1, null] } }))
      .resolves.toEqual({ return: version, id: { mine: [1, null] } });

    await link.execute('blockdev-add', { driver: 'null-co', 'node-name': 'n0', size: 65536, 'read-zeroes': true });
    await link.execute('blockdev-add', { driver: 'null-co', 'node-name': 'n1', size: 65536 });
    await link.execute('blockdev-backup', { 'job-id': 'copy', device: 'n0', target: 'n1', sync: 'full' });
    await expect.poll(() => events.map(({ data }) => data.status), patience).toContain('concluded');
    const statuses = events.filter(({ event }) => event === 'JOB_STATUS_CHANGE').map(({ data }) => data.status);
    expect(statuses[0]).toBe('created');
    expect(events[0]!.timestamp.seconds).toBeGreaterThan(1_600_000_000);
  });

  test('reads the whole schema, which comes in many pieces', async () => {
    const link = await ready(await peers['qemu over a unix socket']());
    const schema = await link.execute('query-qmp-schema') as { name: string }[];
    expect(schema.map(({ name }) => name)).toContain('blockdev-add');
  });

  test('keeps the order of events and replies', async () => {
    const link = await ready(await peers['qemu over a unix socket']());
    const order: unknown[] = [];
    link.onTraffic(({ direction, message }) => {
      if (direction === 'received') order.push('event' in message ? message.event : 'reply');
    });
    await Promise.all([link.execute('stop'), link.execute('cont')]);
    expect(order).toEqual(['STOP', 'reply', 'RESUME', 'reply']);
  });

  test('answers a thousand requests in flight, each with its own reply', async () => {
    const link = await ready(await peers['qemu over a unix socket']());
    const ids = Array.from({ length: 1000 }, (_, index) => index);
    const replies = await Promise.all(ids.map((id) => link.request({ execute: 'query-name', id })));
    expect(replies.map(({ id }) => id)).toEqual(ids);
  });

  test('carries integers beyond 2^53 exactly, both ways', async () => {
    const link = await ready(await peers['qemu over a unix socket']());
    const size = 9007199254740993n * 512n;
    await link.execute('blockdev-add', { driver: 'null-co', 'node-name': 'vast', size });
    const [node] = await link.execute('query-named-block-nodes') as { image: { 'virtual-size': bigint } }[];
    expect(node!.image['virtual-size']).toBe(size);
    await expect(link.execute('blockdev-add', { driver: 'null-co', 'node-name': 'odd', size: 2n ** 63n }))
      .rejects.toThrow(/9223372036854775808|expected: integer/);
  });

  test('runs a command out of band where it was negotiated', async () => {
    const link = openLink(await peers['qemu over a unix socket'](), { oob: true });
    await reaches(link, 'ready');
    await expect(link.request({ 'exec-oob': 'migrate-pause', id: 'oob-1' }))
      .resolves.toMatchObject({ id: 'oob-1', error: { class: 'GenericError' } });
    await expect(link.request({ 'exec-oob': 'query-name', id: 2 }))
      .resolves.toMatchObject({ id: 2, error: { desc: 'The command query-name does not support OOB' } });
  });

  test('never sends what would leave QEMU confused, and tells what QEMU could not read', async () => {
    const link = await ready(await peers['qemu over a unix socket']());
    let deep: unknown = 1;
    for (let depth = 0; depth < 1030; depth++) deep = [deep];
    await expect(link.execute('query-name', { deep }))
      .rejects.toThrow("'query-name' was not sent: it is nested deeper than 1024 levels");
    await expect(link.execute('query-name', { text: '\uffff' }))
      .rejects.toThrow('JSON parse error, \\uFFFF is not a valid Unicode character');
    await expect(link.execute('query-name')).resolves.toEqual({});
  });
});
