import { blockDirtyBitmap } from '../../qapi/types/block-dirty-info.ts';
import { removeBitmap } from '../bitmap-changes.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'block-dirty-bitmap-remove',
  doc: 'removes a dirty bitmap',
  since: '2.4',
  data: blockDirtyBitmap,
  run: async (args, engine) => (await removeBitmap(args, engine)).commit(),
});
