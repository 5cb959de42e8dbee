import { bool, described, enumeration, int, lazy, list, naming, struct } from '../schema.ts';
import type { Infer } from '../schema.ts';
import { blockdevRef } from './blockdev-ref.ts';
import type { BlockdevRef } from './blockdev-ref.ts';

const childNode = lazy<BlockdevRef>('BlockdevRef', () => blockdevRef);

/** The places at which blkdebug can make a driver fail. */
export const blkdebugEvent = enumeration('BlkdebugEvent', [
  'l1_update', 'l1_grow_alloc_table', 'l1_grow_write_table', 'l1_grow_activate_table', 'l2_load', 'l2_update',
  'l2_update_compressed', 'l2_alloc_cow_read', 'l2_alloc_write', 'read_aio', 'read_backing_aio', 'read_compressed',
  'write_aio', 'write_compressed', 'vmstate_load', 'vmstate_save', 'cow_read', 'cow_write', 'reftable_load',
  'reftable_grow', 'reftable_update', 'refblock_load', 'refblock_update', 'refblock_update_part', 'refblock_alloc',
  'refblock_alloc_hookup', 'refblock_alloc_write', 'refblock_alloc_write_blocks', 'refblock_alloc_write_table',
  'refblock_alloc_switch_table', 'cluster_alloc', 'cluster_alloc_bytes', 'cluster_free', 'flush_to_os', 'flush_to_disk',
  'pwritev_rmw_head', 'pwritev_rmw_after_head', 'pwritev_rmw_tail', 'pwritev_rmw_after_tail', 'pwritev', 'pwritev_zero',
  'pwritev_done', 'empty_image_prepare', 'l1_shrink_write_table', 'l1_shrink_free_l2_clusters', 'cor_write',
  'cluster_alloc_space', 'none',
]);

export type BlkdebugEvent = Infer<typeof blkdebugEvent>;

const state = described(int, 'only while blkdebug is in this state');

export const blkdebugInjectErrorOptions = struct('BlkdebugInjectErrorOptions', {
  event: blkdebugEvent,
  '*state': state,
  '*iotype': enumeration('BlkdebugIOType', ['read', 'write', 'write-zeroes', 'discard', 'flush', 'block-status']),
  '*errno': described(int, 'error to answer with; EIO by default'),
  '*sector': described(int, 'only requests that touch this 512-byte sector'),
  '*once': described(bool, 'only the first time'),
  '*immediately': described(bool, 'fail before the request is queued'),
});

export const blkdebugSetStateOptions = struct('BlkdebugSetStateOptions', {
  event: blkdebugEvent,
  '*state': state,
  new_state: described(int, 'state to go to'),
});

/** What a user of a node can do with it. */
export const blockPermission = enumeration('BlockPermission', ['consistent-read', 'write', 'write-unchanged', 'resize']);

export const blockdevOptionsBlkdebug = struct('BlockdevOptionsBlkdebug', {
  image: described(childNode, 'node to disturb'),
  '*config': described(naming('file'), 'file with rules'),
  '*align': described(int, 'demand this alignment, bytes'),
  '*max-transfer': described(int, 'longest request, bytes'),
  '*opt-write-zero': int,
  '*max-write-zero': int,
  '*opt-discard': int,
  '*max-discard': int,
  '*inject-error': list(blkdebugInjectErrorOptions),
  '*set-state': list(blkdebugSetStateOptions),
  '*take-child-perms': described(list(blockPermission), 'needed of the node, whether users need it or not'),
  '*unshare-child-perms': described(list(blockPermission), 'kept from others, whether users mind or not'),
});

export const blockdevOptionsBlkverify = struct('BlockdevOptionsBlkverify', {
  test: described(childNode, 'node under test'),
  raw: described(childNode, 'raw node with the right content'),
});

export const blockdevOptionsQuorum = struct('BlockdevOptionsQuorum', {
  '*blkverify': described(bool, 'two children: stop at the first difference'),
  children: list(childNode),
  'vote-threshold': described(int, 'how many children must agree'),
  '*rewrite-corrupted': described(bool, 'correct the children that were outvoted'),
  '*read-pattern': enumeration('QuorumReadPattern', ['quorum', 'fifo']),
});
