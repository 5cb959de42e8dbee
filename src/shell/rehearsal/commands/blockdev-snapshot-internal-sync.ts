import { QapiError } from '../../../qapi/qapi-error.ts';
import type { BlockdevSnapshotInternal } from '../../../qapi/types/blockdev-snapshot.ts';
import { checkFree, findTop, withNodes } from '../block-state.ts';
import type { RehearsedCommand } from '../plan.ts';

export default {
  name: 'blockdev-snapshot-internal-sync',
  plan: async ({ device, name }: BlockdevSnapshotInternal, { state }) => {
    const node = findTop(state, device);
    checkFree(state, node);
    if (node.readOnly) throw new QapiError(`Device '${device}' is read only`);
    if (node.driver === 'raw') throw new QapiError(`Block format 'raw' used by device '${device}' does not support internal snapshots`);
    if (name === '') throw new QapiError('Name is empty');
    if (node.snapshots.some((snapshot) => snapshot.name === name)) {
      throw new QapiError(`Snapshot with name '${name}' already exists on device '${device}'`);
    }
    return { after: withNodes(state, { ...node, snapshots: [...node.snapshots, { name }] }), touches: [node.name] };
  },
} satisfies RehearsedCommand<BlockdevSnapshotInternal>;
