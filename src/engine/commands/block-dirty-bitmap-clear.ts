import { blockDirtyBitmap } from '../../qapi/types/block-dirty-info.ts';
import { clearBitmap } from '../bitmap-changes.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'block-dirty-bitmap-clear',
  doc: 'forgets what a dirty bitmap has noted',
  since: '2.4',
  data: blockDirtyBitmap,
  run: async (args, engine) => (await clearBitmap(args, engine)).commit(),
});
