import { bool, described, enumeration, list, naming, str, struct, union } from '../schema.ts';
import { blockDirtyBitmapOrStr } from './block-dirty-info.ts';
import type { Infer } from '../schema.ts';

export const blockExportRemoveMode = enumeration('BlockExportRemoveMode', ['safe', 'hard']);

const blockExportType = enumeration('BlockExportType', ['nbd']);

const blockExportOptionsNbd = struct('BlockExportOptionsNbd', {
  '*name': described(str, 'what clients ask for; the node name by default'),
  '*description': described(str, 'free text for clients'),
  '*bitmaps': described(list(blockDirtyBitmapOrStr), 'dirty bitmaps to offer with it'),
  '*allocation-depth': described(bool, 'tell how far down the backing chain bytes are stored'),
});

const base = {
  type: blockExportType,
  id: described(str, 'name of the new export'),
  '*fixed-iothread': bool,
  '*iothread': described(str, 'thread that serves it'),
  'node-name': described(naming('node'), 'node to export'),
  '*writable': described(bool, 'clients may write'),
  '*writethrough': described(bool, 'whatever is written is on stable storage when it is answered'),
} as const;

export type BlockExportOptions = Infer<typeof blockExportOptionsNbd> & {
  type: 'nbd'; id: string; 'node-name': string; 'fixed-iothread'?: boolean; iothread?: string; writable?: boolean; writethrough?: boolean;
};

/** Arguments of `block-export-add`: the kinds of exports that this engine has. */
export const blockExportOptions = union<BlockExportOptions>({
  name: 'BlockExportOptions', base, discriminator: 'type', branches: { nbd: blockExportOptionsNbd },
});

export const blockExportInfo = struct('BlockExportInfo', {
  id: str,
  type: blockExportType,
  'node-name': str,
  'shutting-down': described(bool, 'it only waits for its last requests'),
});
