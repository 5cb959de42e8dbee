import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder, openEngine } from './open-engine.ts';

describe('human-monitor-command', () => {
  it('runs a line as a part of the command and returns its text', async () => {
    const { run, events } = await openEngine({ machine: { drives: [{ media: 'cdrom' }] } });
    expect(await run('human-monitor-command', { 'command-line': 'eject ide0-cd0' })).toBe('');
    expect(events.map(([name]) => name)).toEqual(['DEVICE_TRAY_MOVED']);
  });

  it('waits for the job that a line is made of, and lets it end', async () => {
    const folder = await makeFolder();
    const base = join(folder, 'base.raw');
    await writeFile(base, Buffer.alloc(1 << 20));
    const { run, events } = await openEngine({ machine: { drives: [{ id: 'd0', if: 'none', file: base, format: 'raw' }] } });
    await run('blockdev-snapshot-sync', { 'device': 'd0', 'snapshot-file': join(folder, 'top.qcow2') });
    expect(await run('human-monitor-command', { 'command-line': 'commit d0' })).toBe('');
    expect(events.map(([name]) => name)).toContain('BLOCK_JOB_COMPLETED');
    expect(await run('query-block-jobs')).toEqual([]);
  });

  it('succeeds with the text of the error, as QEMU does', async () => {
    const { run } = await openEngine({});
    expect(await run('human-monitor-command', { 'command-line': 'eject nope' })).toBe("Error: Device 'nope' not found\r\n");
    expect(await run('human-monitor-command', { 'command-line': 'bogus' })).toBe("unknown command: 'bogus'\r\n");
    expect(await run('human-monitor-command')).toBe("GenericError: Parameter 'command-line' is missing");
  });
});
