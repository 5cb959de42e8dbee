import { execFileSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { BlockGraph } from '../../src/block/graph.ts';
import { describeWithQemu } from '../support/qemu.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describeWithQemu('the file name of a node', () => {
  const folder = temporaryFolder();
  const image = (number: number) => join(folder, `${number}.qcow2`);
  let graph: BlockGraph;

  beforeEach(() => {
    graph = new BlockGraph();
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', image(0), '1M'], { timeout: 10_000 });
  });
  afterEach(() => graph.closeAll());

  /** Nodes n0, n1 ... each upon the one before, though no image names a backing file. */
  async function stack(count: number): Promise<void> {
    for (let number = 0; number < count; number++) {
      if (number > 0) copyFileSync(image(0), image(number));
      const backing = number === 0 ? null : `n${number - 1}`;
      await graph.open({ driver: 'qcow2', 'node-name': `n${number}`, file: { driver: 'file', filename: image(number) }, backing });
    }
  }

  it('holds all that is below, and is cut off where QEMU cuts it, however long the chain is', async () => {
    await stack(60);
    const names = graph.nodes().map((node) => node.filename);
    expect(graph.findRoot('n0').filename).toBe(image(0));
    expect(graph.findRoot('n1').filename).toBe(
      `json:{"backing": {"driver": "qcow2", "file": {"driver": "file", "filename": "${image(0)}"}}, ` +
      `"driver": "qcow2", "file": {"driver": "file", "filename": "${image(1)}"}}`,
    );
    expect(Math.max(...names.map((name) => name.length))).toBe(4095);
    expect(graph.findRoot('n59').filename).toMatch(/\.\.\.$/);
  });

  it('changes with what is changed further down', async () => {
    await stack(3);
    const [top, middle] = [graph.findRoot('n2'), graph.findRoot('n1')];
    expect(top.filename).toContain(image(0));
    await middle.setBacking(undefined);
    expect(middle.filename).toBe(image(1));
    expect(top.filename).not.toContain(image(0));
    await top.changeBackingFile(image(1), 'qcow2');
    expect(top.filename).toBe(image(2));
  });
});
