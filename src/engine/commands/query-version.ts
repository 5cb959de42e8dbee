import { versionInfo } from '../../qapi/types/version-info.ts';
import { defineCommand } from '../define-command.ts';

/**
 * Reports 2.9.0, the first release that has the whole vocabulary declared here, so that a client that goes by
 * the version finds what it expects; the package tells that this is qmon.
 */
export default defineCommand({
  name: 'query-version',
  doc: 'the QEMU version whose vocabulary is spoken, and the program that speaks it',
  since: '0.14',
  returns: versionInfo,
  preconfig: true,
  run: (_, engine) => engine.version(),
});
