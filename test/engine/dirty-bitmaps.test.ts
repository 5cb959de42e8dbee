import { afterEach, describe, expect, it } from 'vitest';
import { createEngine } from '../../src/engine/create-engine.ts';
import type { Engine } from '../../src/engine/engine.ts';

let engine: Engine;

afterEach(() => engine.close());

async function start(): Promise<void> {
  engine = await createEngine({ machine: { blockdevs: [{ 'driver': 'null-co', 'node-name': 'n', 'size': 1 << 20 }] } });
  await engine.execute('block-dirty-bitmap-add', { node: 'n', name: 'b' });
  await engine.execute('human-monitor-command', { 'command-line': 'qemu-io n "write 0 64k"' });
}

async function bitmaps(): Promise<unknown> {
  const [node] = (await engine.execute('query-named-block-nodes')) as Record<string, unknown>[];
  return node!['dirty-bitmaps'];
}

const transaction = (type: string, data: object, properties?: object): Promise<unknown> =>
  engine.execute('transaction', { actions: [{ type, data }], ...(properties && { properties }) });

describe('dirty bitmaps where QEMU 7.2 crashes', () => {
  it('refuse to be enabled by a transaction when they are not there, or together with jobs', async () => {
    await start();
    await expect(transaction('block-dirty-bitmap-enable', { node: 'n', name: 'x' })).rejects.toThrow("Dirty bitmap 'x' not found");
    const grouped = transaction('block-dirty-bitmap-enable', { node: 'n', name: 'b' }, { 'completion-mode': 'grouped' });
    await expect(grouped).rejects.toThrow("Action 'block-dirty-bitmap-enable' does not support Transaction property completion-mode = grouped");
  });

  it('take in nothing', async () => {
    await start();
    await engine.execute('block-dirty-bitmap-merge', { node: 'n', target: 'b', bitmaps: [] });
    expect(await bitmaps()).toMatchObject([{ count: 65536 }]);
  });
});

describe('the status that the seeds give a dirty bitmap', () => {
  it('is active while it records, else disabled', async () => {
    await start();
    expect(await bitmaps()).toEqual([
      { name: 'b', count: 65536, granularity: 65536, status: 'active', recording: true, busy: false, persistent: false },
    ]);
    await engine.execute('block-dirty-bitmap-disable', { node: 'n', name: 'b' });
    expect(await bitmaps()).toMatchObject([{ status: 'disabled', recording: false }]);
  });
});
