import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder, makeImage, openEngine } from './open-engine.ts';

async function openTwoDisks() {
  const folder = await makeFolder();
  const file = (name: string) => join(folder, `${name}.qcow2`);
  for (const name of ['a', 'b']) await makeImage(file(name), { format: 'qcow2' });
  const drives = ['a', 'b'].map((id) => ({ id, if: 'ide' as const, file: file(id), format: 'qcow2' }));
  const test = await openEngine({ machine: { drives } });
  for (const { id } of drives) await test.run('human-monitor-command', { 'command-line': `qemu-io ${id} "write -P 1 0 512k"` });
  return {
    ...test,
    transaction: (actions: [string, object][], properties?: object) =>
      test.run('transaction', { actions: actions.map(([type, data]) => ({ type, data })), ...(properties && { properties }) }),
    overlay: (device: string, name: string): [string, object] => ['blockdev-snapshot-sync', { device, 'snapshot-file': file(name) }],
    copy: (device: string, name: string): [string, object] =>
      ['drive-backup', { device, 'target': file(name), 'sync': 'full', 'job-id': name, 'speed': 1 }],
    images: async () => (await test.run('query-block')).map(({ inserted }: { inserted: { file: string } }) => inserted.file),
    file,
  };
}

describe('a transaction', () => {
  it('undoes several actions on one device, the last one first', async () => {
    const { transaction, overlay, images, file } = await openTwoDisks();
    expect(await transaction([overlay('a', 's1'), overlay('a', 's2'), overlay('b', 's3'), ['abort', {}]]))
      .toBe('GenericError: Transaction aborted using Abort action');
    expect(await images()).toEqual([file('a'), file('b')]);
    expect(await transaction([overlay('a', 's1'), overlay('a', 's2'), overlay('b', 's3')])).toEqual({});
    expect(await images()).toEqual([file('s2'), file('s3')]);
  });

  it('leaves no job when a later action is refused', async () => {
    const { transaction, copy, run, events } = await openTwoDisks();
    expect(await transaction([copy('a', 'j1'), copy('a', 'j2')])).toContain('is busy: block device is in use by block job: backup');
    expect(await run('query-block-jobs')).toEqual([]);
    expect(events.map(([, data]) => (data as { status: string }).status)).toEqual(['created', 'aborting', 'concluded', 'null']);
    expect(await run('query-named-block-nodes')).toHaveLength(4);
  });

  it('takes all jobs down with one of them when they are grouped', async () => {
    const { transaction, copy, run, events } = await openTwoDisks();
    expect(await transaction([copy('a', 'j1'), copy('b', 'j2')], { 'completion-mode': 'grouped' })).toEqual({});
    await run('block-job-cancel', { device: 'j1' });
    await expect.poll(() => events.filter(([name]) => name === 'BLOCK_JOB_CANCELLED').map(([, data]) => (data as { device: string }).device).sort())
      .toEqual(['j1', 'j2']);
    expect(await run('query-block-jobs')).toEqual([]);
  });

  it('keeps a grouped job waiting until the others have done their work', async () => {
    const { transaction, copy, run, events } = await openTwoDisks();
    const slow = copy('a', 'j1');
    await transaction([slow, ['drive-backup', { ...copy('b', 'j2')[1], speed: 0 }]], { 'completion-mode': 'grouped' });
    const status = async () => (await run('query-block-jobs')).map((job: { device: string; status: string }) => [job.device, job.status]);
    await expect.poll(status).toContainEqual(['j2', 'waiting']);
    expect(events.map(([name]) => name)).not.toContain('BLOCK_JOB_COMPLETED');
    await run('block-job-set-speed', { device: 'j1', speed: 0 });
    await expect.poll(() => events.filter(([name]) => name === 'BLOCK_JOB_COMPLETED')).toHaveLength(2);
  });

  it('lets jobs end each by itself otherwise', async () => {
    const { transaction, copy, run } = await openTwoDisks();
    await transaction([copy('a', 'j1'), copy('b', 'j2')]);
    await run('block-job-cancel', { device: 'j1' });
    await expect.poll(async () => (await run('query-block-jobs')).map(({ device }: { device: string }) => device)).toEqual(['j2']);
  });
});
