import { QapiError } from '../../qapi/qapi-error.ts';
import { defineHmpCommand } from '../define-hmp-command.ts';
import { HmpError } from '../hmp-error.ts';
import { checkCanSnapshot, snapshotDisks } from '../snapshot-disks.ts';

export default defineHmpCommand({
  name: 'loadvm',
  args: 'name:s',
  usage: 'tag',
  doc: 'go back to a state of the machine that savevm kept',
  needs: ['query-block'],
  completes: { name: { names: ['machine-snapshot'] } },
  run: async ({ name }, monitor) => {
    const whole = monitor.passOn();
    if (whole !== undefined) return whole;
    const disks = await snapshotDisks(monitor);
    checkCanSnapshot(disks);
    if (!disks.every(({ snapshots }) => snapshots.some((one) => one.name === name))) {
      throw new QapiError(`Snapshot '${name}' does not exist in one or more devices`);
    }
    throw new HmpError('unavailable', 'Command "loadvm" is not available.');
  },
});
