import { blockDirtyBitmapMerge } from '../../qapi/types/block-dirty-info.ts';
import { mergeBitmaps } from '../bitmap-changes.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'block-dirty-bitmap-merge',
  doc: 'makes dirty in one bitmap what is dirty in others',
  since: '4.0',
  data: blockDirtyBitmapMerge,
  run: async (args, engine) => (await mergeBitmaps(args, engine)).commit(),
});
