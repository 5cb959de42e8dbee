import { described, int, str, struct } from '../schema.ts';
import type { Infer } from '../schema.ts';

export const versionTriple = struct('VersionTriple', { major: int, minor: int, micro: int });

/** Which QEMU this is. */
export const versionInfo = struct('VersionInfo', {
  qemu: versionTriple,
  package: described(str, 'what the distribution calls its build'),
});

export type VersionInfo = Infer<typeof versionInfo>;

/** One row of `query-commands`. */
export const commandInfo = struct('CommandInfo', { name: str });

export type CommandInfo = Infer<typeof commandInfo>;
