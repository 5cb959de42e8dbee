import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { openEngine, makeFolder, makeImage } from './open-engine.ts';

describe('an engine', () => {
  it('answers query-version without opening the images', async () => {
    const { run } = await openEngine({ machine: { drives: [{ file: '/does/not/exist' }] }, package: 'qmon 9' });
    expect(await run('query-version')).toEqual({ qemu: { major: 2, minor: 9, micro: 0 }, package: 'qmon 9' });
  });

  it('refuses every command that needs the machine when an image cannot be opened', async () => {
    const { engine, run } = await openEngine({ machine: { drives: [{ file: '/does/not/exist' }] } });
    await expect(engine.open()).rejects.toThrow("drives[0]: Could not open '/does/not/exist': No such file or directory");
    expect(await run('query-block')).toBe("GenericError: drives[0]: Could not open '/does/not/exist': No such file or directory");
  });

  it('tells which of the images it cannot open', async () => {
    const folder = await makeFolder();
    await writeFile(`${folder}/good.img`, Buffer.alloc(512));
    await writeFile(`${folder}/bad.qcow2`, Buffer.from('QFI\xfb\0\0\0\x09'.padEnd(512, '\0'), 'latin1'));
    const { engine } = await openEngine({ images: [`${folder}/good.img`, `${folder}/bad.qcow2`] });
    await expect(engine.open()).rejects.toThrow(`${folder}/bad.qcow2: Unsupported qcow2 version 9`);
    const missing = await openEngine({ images: [`${folder}/none.img`] });
    await expect(missing.engine.open()).rejects.toThrow(/^Could not open '.*none\.img': No such file or directory$/);
    const directory = await openEngine({ images: [folder] });
    await expect(directory.engine.open()).rejects.toThrow(`'file' driver requires '${folder}' to be a regular file`);
  });

  it('tells where in a machine file the entry is that cannot be built', async () => {
    const file = `${await makeFolder()}/m.json5`;
    await writeFile(file, "{\n  drives: [\n    { if: 'floppy' },\n    { file: 'none.img' },\n  ],\n}\n");
    const { engine } = await openEngine({ machineFile: file });
    await expect(engine.open()).rejects.toThrow(/^.*m\.json5: drives\[1\]: Could not open '.*none\.img': .* \(line 4, column 5\)$/);
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
    for (const { name } of await run('query-commands')) {
      if (!name.startsWith('query-')) continue;
      const first = objectsIn(await run(name));
      const shared = [...objectsIn(await run(name))].filter((part) => first.has(part));
      expect(shared, name).toEqual([]);
    }
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

  it.each(['quit', 'human-monitor-command'])('tells the host to leave once %s has been answered', async (name) => {
    let left = false;
    const { run, events } = await openEngine({ onQuit: () => { left = true; } });
    expect(await run(name, name === 'quit' ? {} : { 'command-line': 'quit' })).toEqual(name === 'quit' ? {} : '');
    expect(left).toBe(false);
    await expect.poll(() => left).toBe(true);
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

/** A value and everything in it that could be changed. */
function objectsIn(value: unknown): Set<object> {
  if (typeof value !== 'object' || value === null) return new Set();
  return new Set([value, ...Object.values(value).flatMap((member) => [...objectsIn(member)])]);
}
