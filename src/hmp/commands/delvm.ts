import { QapiError } from '../../qapi/qapi-error.ts';
import { defineHmpCommand } from '../define-hmp-command.ts';
import { checkCanSnapshot, snapshotDisks } from '../snapshot-disks.ts';
import type { SnapshotDisk } from '../snapshot-disks.ts';

/** Ids are taken too, as up to 2.9, where no tag is called so; that no disk has the snapshot is an error, unless QEMU's silence is wanted. */
export default defineHmpCommand({
  name: 'delvm',
  args: 'name:s',
  usage: 'tag',
  doc: 'delete the snapshot of that tag, or else of that id, from every disk',
  needs: ['query-block', 'blockdev-snapshot-delete-internal-sync'],
  completes: { name: { names: ['machine-snapshot'] } },
  run: async ({ name }, monitor) => {
    const disks = await snapshotDisks(monitor);
    if (monitor.compat) checkCanSnapshot(disks);
    const tagged = choose(disks, { name });
    const chosen = tagged.length > 0 || monitor.compat ? tagged : choose(disks, { id: name });
    if (chosen.length === 0 && !monitor.compat) throw new QapiError(`No disk has a snapshot '${name}'`);
    for (const choice of chosen) await monitor.execute('blockdev-snapshot-delete-internal-sync', choice);
    return '';
  },
});

function choose(disks: readonly SnapshotDisk[], wanted: { readonly name?: string; readonly id?: string }) {
  const isWanted = (one: { name: string; id: string }) => (wanted.name === undefined ? one.id === wanted.id : one.name === wanted.name);
  return disks.filter(({ snapshots }) => snapshots.some(isWanted)).map(({ root }) => ({ device: root, ...wanted }));
}
