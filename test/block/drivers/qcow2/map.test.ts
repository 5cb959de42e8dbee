import { expect, it } from 'vitest';
import { isBlank } from '../../../../src/block/chain-map.ts';
import { BlockGraph } from '../../../../src/block/graph.ts';
import { useScratch } from './support/scratch.ts';

const path = useScratch();
const LENGTH = 16 * 2 ** 30;

/** How often the event loop goes round while something is done. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  const count = () => {
    turns++;
    watch = setImmediate(count);
  };
  let watch = setImmediate(count);
  await work().finally(() => clearImmediate(watch));
  return turns;
}

it('a look at very many clusters lets others have their turns, also where every table is in memory', async () => {
  const graph = new BlockGraph();
  try {
    await graph.createImage({ filename: path('large'), format: 'qcow2', size: LENGTH, options: { 'cluster-size': 16384 } });
    const node = await graph.openFile(path('large'), { format: 'qcow2', readOnly: false, options: { 'l2-cache-size': 2 ** 26 } });
    await node.io.writeZeroes(0, LENGTH, { mayUnmap: true });
    expect(await node.io.map(0, LENGTH)).toMatchObject({ kind: 'zero', length: LENGTH });
    expect(await turnsDuring(() => node.io.map(0, LENGTH))).toBeGreaterThan(0);
    expect(await turnsDuring(() => isBlank(node))).toBeGreaterThan(0);
  } finally {
    await graph.closeAll();
  }
});
