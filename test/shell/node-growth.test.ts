import { describe, expect, it } from 'vitest';
import { addNodeReading, noGrowth } from '../../src/shell/node-growth.ts';
import type { NodeGrowths } from '../../src/shell/node-growth.ts';

const stats = (highest: number) => [{
  device: 'd0', 'node-name': 'top', stats: { wr_highest_offset: 5 },
  parent: { 'node-name': 'file', stats: { wr_highest_offset: highest } },
  backing: { 'node-name': 'base', stats: { wr_highest_offset: 0 } },
}];
const read = (step: number, nodes: Record<string, unknown>[], readings = 10): NodeGrowths => {
  let growth = noGrowth;
  for (let second = 0; second <= readings; second++) growth = addNodeReading(growth, { stats: stats(step * second), nodes, atMs: 1000 * second });
  return growth;
};

describe('the growth of nodes', () => {
  it('is told of the nodes inside a device\'s row too', () => {
    expect([...read(100, []).nodes.keys()]).toEqual(['top', 'file', 'base']);
    expect(read(100, []).nodes.get('file')).toMatchObject({ highest: 1000, rate: 100 });
    expect(read(100, []).nodes.get('file')?.fullInSeconds).toBeUndefined();
  });

  it('tells how soon the write threshold is reached, or a host device is full', () => {
    expect(read(100, [{ 'node-name': 'file', write_threshold: 6000 }]).nodes.get('file')?.fullInSeconds).toBe(50);
    const device = { 'node-name': 'file', drv: 'host_device', write_threshold: 0, image: { 'virtual-size': 2000n } };
    expect(read(100, [device]).nodes.get('file')?.fullInSeconds).toBe(10);
  });

  it('promises nothing while nothing grows, and begins anew when the end of the writes falls back', () => {
    expect(read(0, [{ 'node-name': 'file', write_threshold: 6000 }]).nodes.get('file')?.fullInSeconds).toBeUndefined();
    const reset = addNodeReading(read(100, []), { stats: stats(10), nodes: [], atMs: 20_000 });
    expect(reset.nodes.get('file')).toMatchObject({ highest: 10, rate: 0 });
  });
});
