import { describe, expect, it } from 'vitest';
import { createEngine } from '../../src/engine/create-engine.ts';
import type { MachineDescription } from '../../src/machine/description.ts';

describe('floppies and SD cards of a machine file', () => {
  const card = { id: 'x', if: 'none', driver: 'null-co', readonly: 'on' } as const;
  const cases: readonly (readonly [title: string, machine: MachineDescription, refusal: string])[] = [
    ['a third floppy', { devices: [{ driver: 'floppy' }, { driver: 'floppy' }, { driver: 'floppy' }] }, "Can't create floppy unit 2, bus supports only 2 units"],
    ['a unit that is not there', { devices: [{ driver: 'floppy', unit: 2 }] }, "Can't create floppy unit 2, bus supports only 2 units"],
    ['a unit twice', { devices: [{ driver: 'floppy', unit: 0 }, { driver: 'floppy', unit: 0 }] }, 'Floppy unit 0 is in use'],
    ['a card that cannot be written', { drives: [card], devices: [{ driver: 'sdhci-pci' }, { driver: 'sd-card', drive: 'x' }] }, 'Cannot use read-only drive as SD card'],
  ];
  for (const [title, machine, refusal] of cases) {
    it(`refuse ${title}`, async () => {
      const engine = await createEngine({ machine });
      await expect(engine.open()).rejects.toThrow(refusal);
      await engine.close();
    });
  }
});
