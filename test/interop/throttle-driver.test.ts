import { truncate, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithQemu, qemu } from '../support/qemu.ts';
import { GraphReferee } from './graph-referee.ts';
import type { Step } from './graph-referee.ts';

const add = (options: Record<string, unknown>): Step => ['blockdev-add', options];
const del = (name: string): Step => ['blockdev-del', { 'node-name': name }];
const group = (id: string, properties: object = {}): Step => ['object-add', { 'qom-type': 'throttle-group', id, ...properties }];
const ungroup = (id: string): Step => ['object-del', { id }];
const throttle = (name: string, groupName: string, file: unknown): Step => add({ driver: 'throttle', 'node-name': name, 'throttle-group': groupName, file });
const write = (device: string, what: string): Step => ['human-monitor-command', { 'command-line': `qemu-io ${device} "write ${what}"` }];
const limit = (device: string, limits: object): Step =>
  ['block_set_io_throttle', { device, bps: 0, bps_rd: 0, bps_wr: 0, iops: 0, iops_rd: 0, iops_wr: 0, ...limits }];

describeWithQemu('the throttle filter and its groups beside the real QEMU', () => {
  let referee: GraphReferee;

  beforeAll(async () => {
    referee = await GraphReferee.start({
      objects: [{ 'qom-type': 'throttle-group', id: 'tg0', limits: { 'iops-total': 100_000 } }, { 'qom-type': 'secret', id: 's0', data: 'abc' }],
      drives: [
        { id: 'd0', if: 'none', file: 'd0.raw', format: 'raw', 'node-name': 'd0-node' },
        { id: 'd1', if: 'none', file: 'd1.raw', format: 'raw', 'node-name': 'd1-node', 'throttling.iops-total': 100_000, 'throttling.group': 'dg' },
        { id: 'd2', if: 'none', file: 'd2.qcow2', format: 'qcow2', 'node-name': 'd2-node' },
      ],
      makeImages: async (file) => {
        for (const short of ['d0.raw', 'd1.raw', 'plain.raw', 'other.raw']) {
          await writeFile(file(short), Buffer.alloc(4096, 7));
          await truncate(file(short), 1 << 20);
        }
        for (const short of ['d2.qcow2', 'q.qcow2']) await qemu.img('create', '-q', '-f', 'qcow2', file(short), '4M');
      },
    });
  });

  afterAll(() => referee.stop());

  const plain = { driver: 'raw', 'node-name': 'plain', file: { driver: 'file', filename: 'plain.raw' } };

  it('refuses groups that are not there and options that are not its own', async () => {
    await referee.play([
      add(plain), throttle('t', 'nope', 'plain'), throttle('t', '', 'plain'), throttle('t', 's0', 'plain'), throttle('t', 'd0', 'plain'),
      add({ driver: 'throttle', 'node-name': 't', file: 'plain' }), add({ driver: 'throttle', 'node-name': 't', 'throttle-group': 'tg0' }),
      add({ driver: 'throttle', 'node-name': 't', 'throttle-group': 5, file: 'plain' }), throttle('t', 'tg0', 'nope'), throttle('t', 'tg0', null),
      add({ driver: 'throttle', 'node-name': 't', 'throttle-group': 'tg0', file: 'plain', limits: {} }),
      add({ driver: 'throttle', 'node-name': 't', 'throttle-group': 'tg0', file: 'plain', backing: null }),
      throttle('plain', 'tg0', 'plain'), throttle('t', 'nope', { driver: 'file', filename: 'other.raw' }),
      throttle('t', 'nope', { driver: 'file', filename: 'missing.raw' }), throttle('t', 'tg0', { driver: 'file', filename: 'missing.raw' }),
    ]);
    await referee.compareQueries();
  });

  it('is described, used and deleted as a filter', async () => {
    await referee.play([
      throttle('t', 'tg0', 'plain'), write('t', '-P 1 0 4k'), del('plain'), ungroup('tg0'), throttle('t', 'tg0', 'plain'), throttle('t2', 'tg0', 't'),
      del('t'), ['block_resize', { 'node-name': 't2', size: 2 << 20 }], write('t2', '-P 2 1M 64k'), write('t2', '-z 0 8k'),
      ['blockdev-snapshot-sync', { 'node-name': 't2', 'snapshot-file': 'over.raw' }],
    ]);
    await referee.compareQueries();
    await referee.play([
      del('t2'), del('t'), del('plain'), ungroup('tg0'), throttle('t', 'tg0', { driver: 'file', filename: 'plain.raw' }),
      group('tg0', { limits: { 'bps-total': 1e12 } }),
      add({ driver: 'throttle', 'node-name': 'th', 'throttle-group': 'tg0', 'read-only': true, discard: 'unmap', file: { driver: 'qcow2', file: { driver: 'file', filename: 'q.qcow2' } } }),
    ]);
    await referee.compareQueries();
    await referee.play([write('th', '0 4k'), del('th')]);
  });

  it('joins the groups of drives, and drives join its group', async () => {
    await referee.play([
      throttle('t', 'dg', 'd0-node'), throttle('t', 'dg', { driver: 'file', filename: 'plain.raw' }), limit('d1', {}), throttle('t2', 'dg', 't'), del('t2'), del('t'),
      throttle('t', 'dg', { driver: 'file', filename: 'plain.raw' }), limit('d1', { iops: 1000, group: 'tg0' }),
    ]);
    await referee.compareQueries();
    await referee.play([
      ungroup('tg0'), limit('d2', { bps: 1e9, group: 'tg0' }), limit('d1', {}), ungroup('tg0'), limit('d2', {}), ungroup('tg0'), ungroup('tg0'),
      ungroup('dg'), group('d2'), limit('d2', { iops: 7 }), ungroup('d2'), limit('d2', {}), ungroup('d2'),
    ]);
    await referee.compareQueries();
  });

  it('takes the limits of a group by name or as one member', async () => {
    await referee.play([
      group('a', { limits: { 'iops-total': 5, 'iops-total-max': 10, 'iops-total-max-length': 3, 'iops-size': 4096 } }),
      group('b', { 'x-bps-total': 1000, 'x-bps-total-max': 2000 }), group('a', { 'x-bps-total': 1 }), group('s0', { limits: {} }),
      group('c', { limits: { 'bps-total': 1, 'bps-read': 1 } }), group('c', { 'x-iops-total': 1, 'x-iops-write': 1 }), group('c', { limits: { 'bps-total': -1 } }),
      group('c', { 'x-bps-total': -1 }), group('c', { limits: { 'iops-size': 5 } }), group('c', { limits: { 'bps-total-max': 5 } }),
      group('c', { 'x-bps-total': 10, 'x-bps-total-max-length': 0 }), group('c', { limits: { bogus: 1 } }), group('c', { bogus: 1 }),
      group('c', { limits: 5 }), group('c', { limits: { 'bps-total': 'x' } }), group('1c', { limits: {} }), group('c', { 'x-bps-total': 1e15 + 1 }),
      group('c', { 'x-bps-total': 10, limits: { 'iops-total': 5 } }), group('c', { limits: { 'iops-total-max-length': 4294967296 } }),
      throttle('ta', 'a', { driver: 'null-co', size: 65536 }), throttle('tb', 'b', { driver: 'null-co', size: 65536 }), limit('d0', { bps: 5000, group: 'a' }),
    ]);
    await referee.compareQueries();
    await referee.play([limit('d0', {}), ungroup('a'), ungroup('b'), ungroup('c'), del('ta'), ungroup('a'), del('tb'), ungroup('b'), ungroup('nope')]);
  });

  it('lies between a snapshot and its disk', async () => {
    await referee.play([
      group('g', { limits: { 'iops-total': 100_000 } }), throttle('low', 'g', { driver: 'file', filename: 'other.raw' }),
      add({ driver: 'raw', 'node-name': 'top', file: 'low' }), write('top', '-P 9 0 64k'),
      ['blockdev-snapshot-sync', { 'node-name': 'top', 'snapshot-file': 's.qcow2', 'snapshot-node-name': 'snap' }],
    ]);
    await referee.compareQueries();
    await referee.play([write('snap', '-P 8 4k 4k'), del('top'), del('low'), ungroup('g'), del('snap'), del('top'), del('low'), ungroup('g')]);
    expect(referee.steps).toBeGreaterThanOrEqual(60);
    await referee.compareImages(['d2.qcow2', 'plain.raw', 'other.raw']);
  });
});
