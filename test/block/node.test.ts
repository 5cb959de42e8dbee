import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BlockBackend } from '../../src/block/backend.ts';
import { BlockGraph } from '../../src/block/graph.ts';
import { passiveClaim, PERMISSIONS } from '../../src/block/permissions.ts';

describe('nodes and their users', () => {
  let graph: BlockGraph;

  beforeEach(() => {
    graph = new BlockGraph();
  });
  afterEach(() => graph.closeAll());

  const open = (name: string, more = {}) => graph.open({ driver: 'raw', 'node-name': name, file: { driver: 'null-co', 'node-name': `${name}-file` }, ...more });

  it('hand what their users need down to their file', async () => {
    const node = await open('n');
    const user = {};
    const release = {};
    node.attach(user, { user: "block job 'j'", role: 'main node', needs: ['write'], shares: ['consistent read'] });
    expect(node.file?.claims.get(node)).toEqual({ user: "node 'n'", role: 'file', needs: ['write'], shares: ['consistent read'] });
    node.file?.attach(release, passiveClaim('somebody', 'root'));
    expect(() => node.file?.reclaim(release, { user: 'somebody', role: 'root', needs: ['write'], shares: PERMISSIONS })).toThrow(
      "Permission conflict on node 'n-file': permissions 'write' are both required by somebody " +
      "(uses node 'n-file' as 'root' child) and unshared by node 'n' (uses node 'n-file' as 'file' child).");
  });

  it('keep what they had when a claim is refused further down', async () => {
    const node = await open('n');
    const rival = {};
    node.file?.attach(rival, { user: 'a rival', role: 'root', needs: ['write'], shares: ['consistent read'] });
    expect(() => node.attach({}, { user: 'late', role: 'root', needs: ['write'], shares: PERMISSIONS })).toThrow('Permission conflict');
    expect(node.parents.size).toBe(0);
    expect(node.references).toBe(1);
    expect(node.file?.claims.get(node)?.needs).toEqual([]);
  });

  it('refuse writers when they are read-only', async () => {
    const node = await open('n', { 'read-only': true });
    expect(() => node.attach({}, { user: 'x', role: 'root', needs: ['write'], shares: PERMISSIONS })).toThrow('Block node is read-only');
  });

  it('are busy for the blocked operations, with the reason and the device\'s name', async () => {
    const node = await open('n');
    const off = node.block('block device is in use by block job: stream', ['eject', 'stream']);
    expect(() => node.checkNotBlocked('stream')).toThrow("Node 'n' is busy: block device is in use by block job: stream");
    node.checkNotBlocked('backup-source');
    const backend = new BlockBackend({ name: 'ide0-hd0' });
    backend.insert(node);
    expect(() => node.checkNotBlocked('eject')).toThrow("Node 'ide0-hd0' is busy: block device is in use by block job: stream");
    off();
    node.checkNotBlocked('eject');
  });

  it('are found by device or node name, and named in the error otherwise', async () => {
    const node = await open('n');
    const backend = new BlockBackend({ name: 'd0' });
    graph.backends.set('d0', backend);
    expect(() => graph.findRoot('d0')).toThrow("Device 'd0' has no medium");
    backend.insert(node);
    expect([graph.findRoot('d0'), graph.findRoot('n')]).toEqual([node, node]);
    expect(() => graph.findRoot('x')).toThrow("Cannot find device='x' nor node-name='x'");
  });

  it('get a generated name that nobody can ask for', async () => {
    const first = await graph.open({ driver: 'null-co' });
    const second = await graph.open({ driver: 'null-co' });
    expect(first.name).toMatch(/^#block0\d\d$/);
    expect(second.name).toMatch(/^#block1\d\d$/);
  });

  it('hold their names while they are being opened', async () => {
    const both = await Promise.allSettled([open('same'), open('same')]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(graph.nodes().map((node) => node.name).sort()).toEqual(['same', 'same-file']);
  });

  it('can have their name back after closing', async () => {
    await graph.release(await open('n'));
    await graph.release(await open('n'));
    expect(graph.nodes()).toEqual([]);
  });

  it('all close at once, whoever holds them', async () => {
    const node = await open('n');
    const backend = new BlockBackend({ name: 'd0' });
    graph.backends.set('d0', backend);
    backend.insert(node);
    node.attach({}, passiveClaim('a job', 'main node'));
    await graph.closeAll();
    expect([graph.nodes(), graph.backends.size, backend.root]).toEqual([[], 0, undefined]);
  });
});
