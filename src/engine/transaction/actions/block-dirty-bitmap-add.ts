import type { BlockDirtyBitmapAdd } from '../../../qapi/types/block-dirty-info.ts';
import { addBitmap } from '../../bitmap-changes.ts';
import { defineAction } from '../define-action.ts';

export default defineAction<BlockDirtyBitmapAdd>({ type: 'block-dirty-bitmap-add', prepare: addBitmap });
