import type { BlockDirtyBitmapMerge } from '../../../qapi/types/block-dirty-info.ts';
import { mergeBitmaps } from '../../bitmap-changes.ts';
import { defineAction } from '../define-action.ts';

export default defineAction<BlockDirtyBitmapMerge>({ type: 'block-dirty-bitmap-merge', prepare: mergeBitmaps });
