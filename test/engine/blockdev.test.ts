import { describe, expect, it } from 'vitest';
import { makeFolder, makeImage, openEngine } from './open-engine.ts';

async function openWithImage() {
  const folder = await makeFolder();
  await makeImage(`${folder}/base.qcow2`, { format: 'qcow2' });
  await makeImage(`${folder}/test.qcow2`, { format: 'qcow2', backing: { filename: 'base.qcow2', format: 'qcow2' } });
  return { folder, file: { driver: 'file', filename: `${folder}/test.qcow2` }, ...await openEngine({}) };
}

describe('adding and deleting', () => {
  it('replays the older example: a drive of its own, deleted by id', async () => {
    const { file, run } = await openWithImage();
    expect(await run('blockdev-add', { options: { driver: 'qcow2', id: 'drive0', file } })).toEqual({});
    expect(await run('query-block')).toMatchObject([{ device: 'drive0', removable: true, inserted: { drv: 'qcow2' } }]);
    expect(await run('blockdev-add', { driver: 'null-co', id: 'drive0' })).toBe("GenericError: Device with id 'drive0' already exists");
    expect(await run('x-blockdev-del', { id: 'drive0' })).toEqual({});
    expect(await run('query-block')).toEqual([]);
    expect(await run('query-named-block-nodes')).toEqual([]);
    expect(await run('x-blockdev-del', { id: 'drive0' })).toBe('GenericError: Cannot find block backend drive0');
  });

  it('replays the newer examples: nodes, without a name and with one', async () => {
    const { file, folder, run } = await openWithImage();
    const base = { driver: 'file', filename: `${folder}/base.qcow2` };
    expect(await run('blockdev-add', { driver: 'qcow2', file: base })).toEqual({});
    const [node] = await run('query-named-block-nodes');
    expect(await run('x-blockdev-del', { 'node-name': node['node-name'] })).toEqual({});
    expect(await run('blockdev-add', {
      driver: 'qcow2', 'node-name': 'my_disk', discard: 'unmap', cache: { direct: false, writeback: true }, file,
      backing: { driver: 'qcow2', file: base },
    })).toEqual({});
    expect(await run('x-blockdev-del', { 'node-name': 'my_disk' })).toEqual({});
    expect(await run('query-named-block-nodes')).toEqual([]);
  });

  it('opens an overlay without its backing image when that is empty or null', async () => {
    const { file, run } = await openWithImage();
    for (const backing of ['', null]) {
      expect(await run('blockdev-add', { driver: 'qcow2', 'node-name': 'node1534', file, backing })).toEqual({});
      expect(await run('query-named-block-nodes')).toHaveLength(2);
      expect(await run('blockdev-del', { 'node-name': 'node1534' })).toEqual({});
    }
  });

  it('wants exactly one name to delete', async () => {
    const { run } = await openWithImage();
    expect(await run('x-blockdev-del')).toBe('GenericError: No block device specified');
    expect(await run('x-blockdev-del', { id: 'a', 'node-name': 'b' })).toBe('GenericError: Only one of id and node-name must be specified');
  });

  it('does not delete what the machine file made', async () => {
    const folder = await makeFolder();
    await makeImage(`${folder}/a.raw`);
    const { run } = await openEngine({ machine: { drives: [{ id: 'd', if: 'none', file: `${folder}/a.raw`, format: 'raw', 'node-name': 'n' }] } });
    expect(await run('x-blockdev-del', { id: 'd' })).toBe('GenericError: Deleting block backend added with drive-add is not supported');
    expect(await run('blockdev-del', { 'node-name': 'n' })).toBe('GenericError: Node n is in use');
    await run('eject', { device: 'd' });
    expect(await run('query-named-block-nodes')).toEqual([]);
  });

  it('leaves no trace of a refused addition', async () => {
    const { file, run } = await openWithImage();
    for (const args of [
      { driver: 'qcow2', 'node-name': 'a', file, backing: 'nope' }, { driver: 'qcow2', 'node-name': '1', file },
      { driver: 'qcow2', id: '1', file }, { driver: 'raw', 'node-name': 'a', offset: 1, file, bogus: 1 },
    ]) {
      expect(await run('blockdev-add', args)).toMatch(/^GenericError: /);
    }
    expect(await run('query-named-block-nodes')).toEqual([]);
    expect(await run('query-block')).toEqual([]);
    expect(await run('blockdev-add', { driver: 'qcow2', 'node-name': 'a', file })).toEqual({});
  });
});

describe('streaming', () => {
  it('copies the backing image into the disk and tells every step', async () => {
    const { file, run, events, engine } = await openWithImage();
    await run('blockdev-add', { driver: 'qcow2', id: 'virtio0', file });
    await run('x-qemu-io', { device: 'virtio0', command: 'write -P 7 0 64k' });
    expect(await run('block-stream', { device: 'virtio0', base: '/nope' })).toBe("GenericError: Can't find '/nope' in the backing chain");
    expect(await run('block-stream', { device: 'virtio0' })).toEqual({});
    await engine.jobs.find('virtio0')?.done;
    expect(events.map(([name, data]) => (name === 'JOB_STATUS_CHANGE' ? (data as { status: string }).status : name)))
      .toEqual(['created', 'running', 'waiting', 'pending', 'BLOCK_JOB_COMPLETED', 'concluded', 'null']);
    const [{ inserted }] = await run('query-block');
    expect(inserted).toMatchObject({ backing_file_depth: 0 });
    expect(inserted).not.toHaveProperty('backing_file');
  });
});
