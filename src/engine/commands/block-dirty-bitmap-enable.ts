import { blockDirtyBitmap } from '../../qapi/types/block-dirty-info.ts';
import { enableBitmap } from '../bitmap-changes.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'block-dirty-bitmap-enable',
  doc: 'lets a dirty bitmap note writes again',
  since: '4.0',
  data: blockDirtyBitmap,
  run: async (args, engine) => (await enableBitmap(args, engine)).commit(),
});
