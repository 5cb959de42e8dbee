import { describe, expect, it } from 'vitest';
import { chainOf, checkFree, findRoot, findTop } from '../../../src/shell/rehearsal/block-state.ts';
import { readBlockState } from '../../../src/shell/rehearsal/read-block-state.ts';
import { recorded } from '../fake-link.ts';

type Rows = Record<string, unknown>[];

const state = readBlockState({
  nodes: recorded['query-named-block-nodes'] as Rows, devices: recorded['query-block'] as Rows, jobs: recorded['query-block-jobs'] as Rows,
});

describe('the state that a real QEMU tells', () => {
  it('has the chains of the devices, put together by file names', () => {
    expect(chainOf(state, findRoot(state, 'ide0-hd0').name).map(({ driver, filename }) => [driver, filename]))
      .toEqual([['qcow2', 'ov.qcow2'], ['qcow2', 'base.qcow2']]);
  });

  it('tells the file of a node from the node', () => {
    const files = [...state.nodes.values()].filter(({ isFile }) => isFile).map(({ driver }) => driver);
    expect(new Set(files)).toEqual(new Set(['file']));
    expect(findRoot(state, 'null0').isFile).toBeUndefined();
  });

  it('knows the nodes in the hands of jobs, also of those that are named otherwise than their device', () => {
    expect(() => checkFree(state, findRoot(state, 'ide0-hd0'))).toThrow("Node 'ide0-hd0' is busy: block device is in use by block job: stream");
    expect(() => checkFree(state, findRoot(state, 'data-node'))).toThrow("Node 'data' is busy: block device is in use by block job: mirror");
    expect(() => checkFree(state, findRoot(state, 'sys0'))).toThrow("Node 'sys0' is busy: block device is in use by block job: backup");
    expect(() => findTop(state, 'data-node')).toThrow('Need a root block node');
    expect(() => checkFree(state, findRoot(state, 'ide1-cd0'))).not.toThrow();
  });

  it('goes by the edges of the graph where the far end tells them', () => {
    const node = (name: string, drv: string) => ({ 'node-name': name, drv, file: 'same.qcow2', image: { 'virtual-size': 512 } });
    const graph = {
      nodes: [{ id: 1, type: 'block-backend', name: 'd' }, { id: 2, type: 'block-driver', name: 'f' }, { id: 3, type: 'block-driver', name: 'a' },
        { id: 4, type: 'block-driver', name: 'b' }, { id: 5, type: 'block-driver', name: 'p' }, { id: 6, type: 'block-job', name: 'j' }],
      edges: [{ parent: 1, child: 2, name: 'root' }, { parent: 2, child: 3, name: 'file' }, { parent: 3, child: 4, name: 'backing' },
        { parent: 3, child: 5, name: 'file' }, { parent: 6, child: 4, name: 'main node' }],
    };
    const told = readBlockState({
      nodes: [node('f', 'throttle'), node('a', 'qcow2'), node('b', 'qcow2'), node('p', 'file')], graph,
      devices: [{ device: 'd', inserted: { 'node-name': 'f' } }], jobs: [{ device: 'j', type: 'stream' }],
    });
    expect(chainOf(told, 'f').map(({ name }) => name)).toEqual(['f', 'a', 'b']);
    expect(told.nodes.get('p')?.isFile).toBe(true);
    expect(told.jobs).toEqual([{ id: 'j', type: 'stream', nodes: ['b'] }]);
  });
});
