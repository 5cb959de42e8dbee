import { IoError } from '../../block/io-error.ts';
import { QapiError } from '../../qapi/qapi-error.ts';
import { blockdevSnapshotInternal } from '../../qapi/types/blockdev-snapshot.ts';
import { defineCommand } from '../define-command.ts';
import { takeInternalSnapshot } from '../internal-snapshot.ts';

export default defineCommand({
  name: 'blockdev-snapshot-internal-sync',
  doc: 'take a snapshot inside an image',
  since: '1.7',
  data: blockdevSnapshotInternal,
  run: async (args, engine) => {
    await takeInternalSnapshot(args, engine).catch((error: unknown) => {
      if (!(error instanceof IoError)) throw error;
      const text = `Failed to create snapshot '${args.name}' on device '${args.device}': ${error.message}`;
      throw new QapiError(text, { cause: error });
    });
  },
});
