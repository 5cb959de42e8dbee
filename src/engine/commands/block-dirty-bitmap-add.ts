import { blockDirtyBitmapAdd } from '../../qapi/types/block-dirty-info.ts';
import { addBitmap } from '../bitmap-changes.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'block-dirty-bitmap-add',
  doc: 'makes a dirty bitmap that notes writes from now on',
  since: '2.4',
  data: blockDirtyBitmapAdd,
  run: async (args, engine) => (await addBitmap(args, engine)).commit(),
});
