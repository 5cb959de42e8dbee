import { describe, expect, it } from 'vitest';
import { openEngine } from './open-engine.ts';

describe('human-monitor-command', () => {
  it('runs a line as a part of the command and returns its text', async () => {
    const { run, events } = await openEngine({ machine: { drives: [{ media: 'cdrom' }] } });
    expect(await run('human-monitor-command', { 'command-line': 'eject ide0-cd0' })).toBe('');
    expect(events.map(([name]) => name)).toEqual(['DEVICE_TRAY_MOVED']);
  });

  it('succeeds with the text of the error, as QEMU does', async () => {
    const { run } = await openEngine({});
    expect(await run('human-monitor-command', { 'command-line': 'eject nope' })).toBe("Error: Device 'nope' not found\r\n");
    expect(await run('human-monitor-command', { 'command-line': 'bogus' })).toBe("unknown command: 'bogus'\r\n");
    expect(await run('human-monitor-command')).toBe("GenericError: Parameter 'command-line' is missing");
  });
});
