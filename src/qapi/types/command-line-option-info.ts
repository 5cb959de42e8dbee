import { described, enumeration, list, str, struct } from '../schema.ts';
import type { Infer } from '../schema.ts';

const commandLineParameterInfo = struct('CommandLineParameterInfo', {
  name: str,
  type: enumeration('CommandLineParameterType', ['string', 'boolean', 'number', 'size']),
  '*help': str,
  '*default': described(str, 'what counts when it is not given'),
});

/** A command line option and its parameters. */
export const commandLineOptionInfo = struct('CommandLineOptionInfo', {
  option: str,
  parameters: list(commandLineParameterInfo),
});

export type CommandLineOptionInfo = Infer<typeof commandLineOptionInfo>;
