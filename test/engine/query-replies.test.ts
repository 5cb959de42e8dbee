import { describe, expect, it } from 'vitest';
import { checkValue } from '../../src/qapi/check.ts';
import { list } from '../../src/qapi/schema.ts';
import { blockDeviceInfo } from '../../src/qapi/types/block-device-info.ts';
import { blockInfo } from '../../src/qapi/types/block-info.ts';
import { blockStats } from '../../src/qapi/types/block-stats.ts';
import { xDbgBlockGraph } from '../../src/qapi/types/x-dbg-block-graph.ts';
import type { XDbgBlockGraph } from '../../src/qapi/types/x-dbg-block-graph.ts';
import { makeFolder, makeImage, openEngine } from './open-engine.ts';

/** A machine with something of all that the replies can tell of. */
async function openRich() {
  const folder = await makeFolder();
  const at = (name: string) => `${folder}/${name}`;
  for (const name of ['base.raw', 'q0.raw', 'q1.raw', 'c.raw', 't.raw']) await makeImage(at(name));
  await makeImage(at('mid.qcow2'), { format: 'qcow2', backing: { filename: at('base.raw'), format: 'raw' } });
  await makeImage(at('top.qcow2'), { format: 'qcow2', backing: { filename: at('mid.qcow2'), format: 'qcow2' } });
  const raw = (name: string) => ({ driver: 'file', filename: at(name) });
  const { run } = await openEngine({ machine: {
    drives: [
      { 'id': 'disk', 'if': 'ide', 'file': at('top.qcow2'), 'format': 'qcow2', 'node-name': 'top', 'throttling.iops-total': 100, 'throttling.iops-total-max': 200, 'throttling.iops-total-max-length': 2, 'stats-intervals': [1, 60] },
      { 'id': 'cd', 'if': 'ide', 'index': 2, 'media': 'cdrom' },
    ],
    objects: [{ 'qom-type': 'throttle-group', 'id': 'tg', 'limits': { 'bps-total': 1 << 20 } }],
    blockdevs: [
      { 'driver': 'quorum', 'node-name': 'quorum', 'vote-threshold': 1, 'children': [raw('q0.raw'), raw('q1.raw')] },
      { 'driver': 'copy-on-read', 'node-name': 'cor', 'file': raw('c.raw') },
      { 'driver': 'throttle', 'node-name': 'slow', 'throttle-group': 'tg', 'file': raw('t.raw') },
    ],
  } });
  expect(await run('block-dirty-bitmap-add', { node: 'top', name: 'changes' })).toEqual({});
  expect(await run('block-set-write-threshold', { 'node-name': 'top', 'write-threshold': 4096 })).toEqual({});
  await run('human-monitor-command', { 'command-line': 'qemu-io disk "write 0 512"' });
  return run;
}

describe('the replies about drives and nodes, against the types that are declared', () => {
  it('query-block', async () => {
    const reply = checkValue(list(blockInfo), await (await openRich())('query-block'), 'return') as unknown[];
    expect(reply[0]).toMatchObject({
      'device': 'disk', 'io-status': 'ok', 'dirty-bitmaps': [{ name: 'changes', status: 'active' }],
      'inserted': { 'node-name': 'top', 'backing_file_depth': 2, 'iops_max': 200, 'iops_max_length': 2, 'group': 'disk', 'image': { 'backing-image': { 'backing-image': { format: 'raw' } } } },
    });
    expect(reply[1]).toMatchObject({ device: 'cd', removable: true, tray_open: false });
    expect(reply[1]).not.toHaveProperty('inserted');
  });

  it('query-blockstats of drives and of nodes', async () => {
    const run = await openRich();
    const reply = checkValue(list(blockStats), await run('query-blockstats'), 'return') as unknown[];
    expect(reply[0]).toMatchObject({
      'device': 'disk', 'node-name': 'top', 'parent': { stats: {} }, 'backing': { parent: {}, backing: { parent: {} } },
      'stats': { timed_stats: [{ interval_length: 1 }, { interval_length: 60 }], idle_time_ns: expect.anything() as unknown },
    });
    const nodes = checkValue(list(blockStats), await run('query-blockstats', { 'query-nodes': true }), 'return') as { 'node-name': string }[];
    expect(nodes.map((node) => node['node-name'])).toEqual(expect.arrayContaining(['top', 'quorum', 'cor', 'slow']));
  });

  it('query-named-block-nodes', async () => {
    const nodes = checkValue(list(blockDeviceInfo), await (await openRich())('query-named-block-nodes'), 'return') as { 'node-name'?: string }[];
    const drivers = Object.fromEntries(nodes.map((node) => [node['node-name'], node]));
    expect(drivers).toMatchObject({ top: { drv: 'qcow2', write_threshold: 4096 }, quorum: { drv: 'quorum' }, cor: { drv: 'copy-on-read' }, slow: { drv: 'throttle' } });
  });

  it('x-debug-query-block-graph', async () => {
    const { nodes, edges } = checkValue<XDbgBlockGraph>(xDbgBlockGraph, await (await openRich())('x-debug-query-block-graph'), 'return');
    const id = (name: string) => nodes.find((node) => node.name === name)?.id;
    const edge = (parent: string, name: string) => edges.find((one) => one.parent === id(parent) && one.name === name);
    expect(nodes.find(({ name }) => name === 'disk')).toMatchObject({ type: 'block-backend' });
    expect(edge('disk', 'root')).toMatchObject({ child: id('top'), perm: expect.arrayContaining(['consistent-read', 'write']) as unknown });
    expect(edge('top', 'backing')).toMatchObject({ perm: ['consistent-read'] });
    expect(edge('top', 'file')).toMatchObject({ perm: ['consistent-read', 'write', 'resize'] });
    expect(edges.filter(({ parent }) => parent === id('quorum'))).toHaveLength(2);
  });
});
