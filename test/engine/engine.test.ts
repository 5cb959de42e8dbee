import { describe, expect, it } from 'vitest';
import { openEngine, makeFolder, makeImage } from './open-engine.ts';

describe('an engine', () => {
  it('answers query-version without opening the images', async () => {
    const { run } = await openEngine({ machine: { drives: [{ file: '/does/not/exist' }] }, package: 'qmon 9' });
    expect(await run('query-version')).toEqual({ qemu: { major: 2, minor: 9, micro: 0 }, package: 'qmon 9' });
  });

  it('refuses every command that needs the machine when an image cannot be opened', async () => {
    const { engine, run } = await openEngine({ machine: { drives: [{ file: '/does/not/exist' }] } });
    await expect(engine.open()).rejects.toThrow("Could not open '/does/not/exist': No such file or directory");
    expect(await run('query-block')).toBe("GenericError: Could not open '/does/not/exist': No such file or directory");
  });

  it('calls unknown and declared-only commands not found', async () => {
    const { run } = await openEngine({});
    expect(await run('bogus')).toBe('CommandNotFound: The command bogus has not been found');
    expect(await run('x-colo-lost-heartbeat')).toBe('CommandNotFound: The command x-colo-lost-heartbeat has not been found');
  });

  it('lists the commands that it carries out', async () => {
    const { run } = await openEngine({});
    const names = ((await run('query-commands')) as { name: string }[]).map(({ name }) => name);
    for (const name of ['query-block', 'x-blockdev-del', 'blockdev-del', 'eject', 'drive-backup', 'human-monitor-command']) {
      expect(names).toContain(name);
    }
    expect(names).not.toContain('x-colo-lost-heartbeat');
  });

  it('hands out replies by value', async () => {
    const { run } = await openEngine({ demo: true });
    const first = await run('query-block');
    first[0].device = 'changed';
    expect((await run('query-block'))[0].device).toBe('ide0-hd0');
  });

  it('stops and continues the guest, with an event only when that changes something', async () => {
    const { run, events } = await openEngine({});
    await run('cont');
    expect(await run('query-status')).toEqual({ running: true, singlestep: false, status: 'running' });
    await run('stop');
    await run('stop');
    expect(await run('query-status')).toEqual({ running: false, singlestep: false, status: 'paused' });
    await run('cont');
    expect(events).toEqual([['STOP', {}], ['RESUME', {}]]);
  });

  it('tells the host to leave when a client says quit', async () => {
    let left = false;
    const { run, events } = await openEngine({ onQuit: () => { left = true; } });
    expect(await run('quit')).toEqual({});
    expect(left).toBe(true);
    expect(events).toEqual([['SHUTDOWN', { guest: false, reason: 'host-qmp-quit' }]]);
  });

  it('closes while a job runs, cancelling it', async () => {
    const folder = await makeFolder();
    await makeImage(`${folder}/a.raw`, { size: 4 << 20 });
    const { engine, run, events } = await openEngine({ machine: { drives: [{ file: `${folder}/a.raw`, format: 'raw' }] } });
    expect(await run('qmp_capabilities')).toMatch(/^CommandNotFound: Capabilities negotiation is already complete/);
    expect(await run('drive-backup', { device: 'ide0-hd0', target: `${folder}/b.raw`, sync: 'full', speed: 1 })).toEqual({});
    await engine.close();
    expect(events.map(([name]) => name)).toContain('BLOCK_JOB_CANCELLED');
    expect(await run('query-block')).toMatch(/closed/);
  });
});
