import { QapiError } from '../../../qapi/qapi-error.ts';
import { checkFree, findTop, withNodes } from '../block-state.ts';
import type { RehearsedCommand } from '../plan.ts';

interface SnapshotChoice {
  readonly device: string;
  readonly id?: string;
  readonly name?: string;
}

export default {
  name: 'blockdev-snapshot-delete-internal-sync',
  plan: async ({ device, id, name }: SnapshotChoice, { state }) => {
    const node = findTop(state, device);
    if (id === undefined && name === undefined) throw new QapiError('Name or id must be provided');
    checkFree(state, node);
    const found = node.snapshots.find((one) => (id === undefined || one.id === id) && (name === undefined || one.name === name));
    if (found === undefined) {
      throw new QapiError(`Snapshot with id '${id ?? 'null'}' and name '${name ?? 'null'}' does not exist on device '${device}'`);
    }
    if (node.readOnly) throw new QapiError('Failed to remove snapshot from snapshot list: Operation not permitted');
    const after = withNodes(state, { ...node, snapshots: node.snapshots.filter((one) => one !== found) });
    return { after, touches: [node.name], notes: [`what only snapshot '${found.name}' holds is lost`] };
  },
} satisfies RehearsedCommand<SnapshotChoice>;
