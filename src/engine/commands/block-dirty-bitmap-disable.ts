import { blockDirtyBitmap } from '../../qapi/types/block-dirty-info.ts';
import { disableBitmap } from '../bitmap-changes.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'block-dirty-bitmap-disable',
  doc: 'keeps a dirty bitmap from noting writes',
  since: '4.0',
  data: blockDirtyBitmap,
  run: async (args, engine) => (await disableBitmap(args, engine)).commit(),
});
