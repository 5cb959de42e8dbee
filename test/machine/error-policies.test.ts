import { describe, expect, it } from 'vitest';
import type { MachineDescription } from '../../src/machine/description.ts';
import { openEngine } from '../engine/open-engine.ts';

const drive = { id: 'd', if: 'none' as const, driver: 'null-co', rerror: 'stop' as const, werror: 'report' as const };

async function policies(machine: MachineDescription): Promise<unknown> {
  const { engine, run } = await openEngine({ machine });
  const opened = await engine.open().then(() => undefined, (error: Error) => error.message);
  if (opened !== undefined) return opened;
  const { backend } = engine.machine.drives.all()[0]!;
  return [backend.onReadError, backend.onWriteError, (await run('query-block'))[0]['io-status']];
}

describe('what happens on an error', () => {
  it('is said by the drive, unless its device says otherwise', async () => {
    expect(await policies({ drives: [drive] })).toEqual(['stop', 'report', undefined]);
    expect(await policies({ drives: [drive], devices: [{ driver: 'ide-hd', drive: 'd' }] })).toEqual(['stop', 'report', 'ok']);
    expect(await policies({ drives: [drive], devices: [{ driver: 'ide-hd', drive: 'd', rerror: 'report' }] })).toEqual(['report', 'report', undefined]);
    expect(await policies({ drives: [drive], devices: [{ driver: 'ide-hd', drive: 'd', rerror: 'auto', werror: 'ignore' }] }))
      .toEqual(['stop', 'ignore', 'ok']);
  });

  it('cannot be said for interfaces whose devices cannot act on it', async () => {
    for (const kind of ['floppy', 'sd'] as const) {
      expect(await policies({ drives: [{ if: kind, driver: 'null-co', werror: 'stop' }] })).toContain('werror is not supported by this bus type');
      expect(await policies({ drives: [{ if: kind, driver: 'null-co', rerror: 'report' }] })).toContain('rerror is not supported by this bus type');
    }
  });
});
