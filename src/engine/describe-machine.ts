import type { MachineDescription } from '../machine/description.ts';
import type { EntryError } from '../machine/entry-error.ts';
import type { QapiError } from '../qapi/qapi-error.ts';
import type { EngineOptions } from './engine.ts';

export interface DescribedMachine {
  readonly description: MachineDescription;
  /** The error to show for an entry that cannot be built: it names the entry as the user knows it. */
  readonly explain: (error: EntryError) => QapiError;
  /** Removes what was made for the machine, such as the demo's images. */
  readonly dispose: () => Promise<void>;
}

const nothingToDispose = () => Promise.resolve();

/** The machine that the options name. */
export async function describeMachine(options: EngineOptions): Promise<DescribedMachine> {
  if (options.demo) return { explain: byPlace, ...await (await import('../machine/demo.ts')).createDemo() };
  return { dispose: nothingToDispose, ...await staticMachine(options) };
}

async function staticMachine({ machine, machineFile, images }: EngineOptions): Promise<Omit<DescribedMachine, 'dispose'>> {
  if (machineFile !== undefined) return (await import('../machine/machine-file.ts')).readMachineFile(machineFile);
  if (machine !== undefined) return { explain: byPlace, description: (await import('../machine/check-description.ts')).checkDescription(machine) };
  if (images === undefined) return { explain: byPlace, description: {} };
  const description = await (await import('../machine/images-machine.ts')).imagesMachine(images);
  return { description, explain: (error) => error.named(description.drives?.[Number(error.path[1])]?.file) };
}

const byPlace = (error: EntryError) => error.named();
