import type { MachineDescription } from '../machine/description.ts';
import type { EngineOptions } from './engine.ts';

export interface DescribedMachine {
  readonly description: MachineDescription;
  /** Removes what was made for the machine, such as the demo's images. */
  readonly dispose: () => Promise<void>;
}

const nothingToDispose = () => Promise.resolve();

/** The machine that the options name. */
export async function describeMachine(options: EngineOptions): Promise<DescribedMachine> {
  if (options.demo) return (await import('../machine/demo.ts')).createDemo();
  return { description: await staticDescription(options), dispose: nothingToDispose };
}

async function staticDescription({ machine, machineFile, images }: EngineOptions): Promise<MachineDescription> {
  if (machineFile !== undefined) return (await import('../machine/machine-file.ts')).readMachineFile(machineFile);
  if (machine !== undefined) return (await import('../machine/check-description.ts')).checkDescription(machine);
  if (images !== undefined) return (await import('../machine/images-machine.ts')).imagesMachine(images);
  return {};
}
