import { defineHmpCommand } from '../define-hmp-command.ts';
import type { HmpMonitor } from '../define-hmp-command.ts';
import { checkCanSnapshot, snapshotDisks } from '../snapshot-disks.ts';
import type { SnapshotDisk } from '../snapshot-disks.ts';
import { QapiError } from '../../qapi/qapi-error.ts';

/** An engine without a guest's memory has only the disks to keep: all of them at one moment. */
export default defineHmpCommand({
  name: 'savevm',
  args: 'name:s?',
  usage: 'tag',
  doc: 'keep the state of the machine, the disks included, under a tag; an older one of that tag goes',
  completes: { name: { names: ['machine-snapshot'] } },
  needs: ['transaction', 'query-block', 'blockdev-snapshot-delete-internal-sync'],
  run: async ({ name }, monitor) => {
    const whole = monitor.passOn();
    if (whole !== undefined) return whole;
    const disks = await snapshotDisks(monitor);
    checkCanSnapshot(disks);
    if (disks.length === 0) throw new QapiError('no block device can store vmstate for snapshot');
    await saveDisks(disks, name ?? tagOf(new Date()), monitor);
    return '';
  },
});

async function saveDisks(disks: readonly SnapshotDisk[], name: string, { execute }: HmpMonitor): Promise<void> {
  for (const { root, snapshots } of disks) {
    if (!snapshots.some((one) => one.name === name)) continue;
    await execute('blockdev-snapshot-delete-internal-sync', { device: root, name });
  }
  const actions = disks.map(({ root }) => ({ type: 'blockdev-snapshot-internal-sync', data: { device: root, name } }));
  await execute('transaction', { actions });
}

/** The tag of a machine that was saved without one. */
function tagOf(date: Date): string {
  const parts = [date.getMonth() + 1, date.getDate(), date.getHours(), date.getMinutes(), date.getSeconds()];
  return `vm-${date.getFullYear()}${parts.map((part) => String(part).padStart(2, '0')).join('')}`;
}
