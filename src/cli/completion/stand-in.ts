import type { MachineDescription } from '../../machine/description.ts';
import type { Target } from '../open-target.ts';

/**
 * The target with null images in the place of its own, so that its names can be completed: completion opens no images,
 * takes no locks and starts no guest.
 */
export async function standInFor(target: Target): Promise<Target> {
  if (target.kind === 'remote') return target;
  return { kind: 'embedded', options: { machine: withoutImages(await describe(target.options)) } };
}

async function describe({ machineFile, images = [] }: Extract<Target, { kind: 'embedded' }>['options']): Promise<MachineDescription> {
  if (machineFile !== undefined) return (await (await import('../../machine/machine-file.ts')).readMachineFile(machineFile)).description;
  return (await import('../../machine/images-machine.ts')).imagesMachine(images);
}

function withoutImages({ drives = [], blockdevs = [], devices = [] }: MachineDescription): MachineDescription {
  return {
    drives: drives.map((drive) => {
      const { id, if: kind, index, bus, unit, media } = drive;
      const name = drive['node-name'] === undefined ? {} : { 'node-name': drive['node-name'] };
      const place = Object.fromEntries(Object.entries({ id, if: kind, index, bus, unit, media }).filter(([, value]) => value !== undefined));
      return drive.file === undefined && drive.driver === undefined ? place : { ...place, ...name, driver: 'null-co' };
    }),
    blockdevs: blockdevs.filter((node) => node['node-name'] !== undefined).map((node) => ({ driver: 'null-co', 'node-name': node['node-name'] })),
    devices,
  };
}
