import type { BlockDirtyBitmap } from '../../../qapi/types/block-dirty-info.ts';
import { removeBitmap } from '../../bitmap-changes.ts';
import { defineAction } from '../define-action.ts';

export default defineAction<BlockDirtyBitmap>({ type: 'block-dirty-bitmap-remove', prepare: removeBitmap });
