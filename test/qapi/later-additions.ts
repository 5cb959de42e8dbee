/** What later versions of QEMU added and today's clients send or read; optional everywhere. By type, command or event. */
export const additions: Readonly<Record<string, readonly string[]>> = {
  'block-commit': ['auto-dismiss', 'auto-finalize', 'base-node', 'filter-node-name', 'on-error', 'top-node'],
  'query-named-block-nodes': ['flat'],
  'blockdev-mirror': ['auto-dismiss', 'auto-finalize', 'copy-mode', 'filter-node-name'],
  'block-stream': ['auto-dismiss', 'auto-finalize', 'bottom'],
  'x-blockdev-del': ['id'],
  'blockdev-change-medium': ['force'],
  eject: ['id'],
  'nbd-server-start': ['max-connections', 'tls-authz', 'tls-creds'],
  'nbd-server-add': ['bitmap', 'description', 'name'],
  DEVICE_TRAY_MOVED: ['id'],
  SnapshotInfo: ['icount'],
  ImageInfoSpecificQCow2: ['bitmaps', 'compression-type', 'data-file', 'data-file-raw', 'extended-l2'],
  BlockDeviceInfo: ['dirty-bitmaps'],
  BlockDirtyInfo: ['busy', 'inconsistent', 'persistent', 'recording'],
  BlockInfo: ['qdev'],
  BlockDeviceStats: [
    'failed_unmap_operations', 'invalid_unmap_operations', 'unmap_bytes', 'unmap_merged', 'unmap_operations',
    'unmap_total_time_ns',
  ],
  BlockStats: ['driver-specific', 'qdev'],
  BlockJobInfo: ['auto-dismiss', 'auto-finalize', 'error', 'status'],
  DriveBackup: ['auto-dismiss', 'auto-finalize', 'bitmap-mode', 'filter-node-name'],
  BlockdevBackup: ['auto-dismiss', 'auto-finalize', 'bitmap', 'bitmap-mode', 'filter-node-name'],
  DriveMirror: ['auto-dismiss', 'auto-finalize', 'copy-mode'],
  BlockDirtyBitmapAdd: ['disabled', 'persistent'],
  BlockdevOptionsFile: ['aio-max-batch', 'drop-cache', 'locking', 'pr-manager', 'x-check-cache-dropped'],
  BlockdevOptionsNull: ['read-zeroes'],
  Qcow2OverlapCheckFlags: ['bitmap-directory'],
  BlockdevOptionsQcow2: ['data-file', 'encrypt', 'l2-cache-entry-size'],
  BlkdebugInjectErrorOptions: ['iotype'],
  BlockdevOptionsBlkdebug: [
    'max-discard', 'max-transfer', 'max-write-zero', 'opt-discard', 'opt-write-zero', 'take-child-perms', 'unshare-child-perms',
  ],
  BlockdevOptionsNbd: ['open-timeout', 'reconnect-delay', 'tls-hostname', 'x-dirty-bitmap'],
  BlockdevOptions: ['auto-read-only', 'force-share'],
  MirrorSyncMode: ['bitmap'],
  BlockJobType: ['amend', 'create', 'snapshot-delete', 'snapshot-load', 'snapshot-save'],
  BlockdevAioOptions: ['io_uring'],
  BlockdevDriver: ['copy-on-read', 'throttle'],
  BlkdebugEvent: ['cluster_alloc_space', 'cor_write', 'l1_shrink_free_l2_clusters', 'l1_shrink_write_table', 'none'],
};

/** Members that are wider than the seeds', with their own spelling here; the reason is beside each. */
export const widened: Readonly<Record<string, Readonly<Record<string, readonly [name: string, type: unknown]>>>> = {
  // The prose of the seeds takes `device` or `id`.
  eject: { device: ['*device', 'str'] },
  // The seeds show both shapes: by node-name, and by the id of a backend.
  'x-blockdev-del': { 'node-name': ['*node-name', 'str'] },
  // Later versions tell the address with its facts under `data` from the flat one by name.
  'nbd-server-start': { addr: ['addr', 'SocketAddressLegacy'] },
  // Later versions take null for "no backing image".
  BlockdevOptionsGenericCOWFormat: { '*backing': ['*backing', 'BlockdevRefOrNull'] },
  BlockdevOptionsQcow2: { '*backing': ['*backing', 'BlockdevRefOrNull'] },
};
