import { alternate, bool, described, enumeration, int, lazy, naming, str, struct, union } from '../schema.ts';
import type { Infer } from '../schema.ts';
import { blockdevRef, blockdevRefOrNull } from './blockdev-ref.ts';
import type { BlockdevRef, BlockdevRefOrNull } from './blockdev-ref.ts';

const childNode = lazy<BlockdevRef>('BlockdevRef', () => blockdevRef);

const file = described(childNode, 'node that holds the image');
const backing = described(lazy<BlockdevRefOrNull>('BlockdevRefOrNull', () => blockdevRefOrNull), 'backing image; null or "" for none');

/** Options that every image format has. */
export const blockdevOptionsGenericFormat = struct('BlockdevOptionsGenericFormat', { file });

/** Options of the formats with backing images. */
export const blockdevOptionsGenericCOWFormat = struct('BlockdevOptionsGenericCOWFormat', { file, '*backing': backing });

export const blockdevOptionsLUKS = struct('BlockdevOptionsLUKS', { file, '*key-secret': described(str, 'id of the secret object') });

export const blockdevOptionsRaw = struct('BlockdevOptionsRaw', {
  file,
  '*offset': described(int, 'where the disk starts in the file, bytes'),
  '*size': described(int, 'length of the disk, bytes'),
});

export const blockdevOptionsReplication = struct('BlockdevOptionsReplication', {
  file,
  mode: enumeration('ReplicationMode', ['primary', 'secondary']),
  '*top-id': described(str, 'secondary: node or device on top of the chain'),
});

export const qcow2OverlapCheckMode = enumeration('Qcow2OverlapCheckMode', ['none', 'constant', 'cached', 'all']);

export const qcow2OverlapCheckFlags = struct('Qcow2OverlapCheckFlags', {
  '*template': qcow2OverlapCheckMode,
  '*main-header': bool,
  '*active-l1': bool,
  '*active-l2': bool,
  '*refcount-table': bool,
  '*refcount-block': bool,
  '*snapshot-table': bool,
  '*inactive-l1': bool,
  '*inactive-l2': bool,
  '*bitmap-directory': bool,
});

/** Which metadata a write is checked against: a preset, or flag by flag. */
export const qcow2OverlapChecks = alternate<Infer<typeof qcow2OverlapCheckMode> | Infer<typeof qcow2OverlapCheckFlags>>(
  'Qcow2OverlapChecks', { flags: qcow2OverlapCheckFlags, mode: qcow2OverlapCheckMode });

const encryptionKey = struct('QCryptoBlockOptions', { '*key-secret': described(str, 'id of the secret object') });

export const blockdevQcow2Encryption = union<{ format: 'aes' | 'luks'; 'key-secret'?: string }>({
  name: 'BlockdevQcow2Encryption',
  base: { format: enumeration('BlockdevQcow2EncryptionFormat', ['aes', 'luks']) },
  discriminator: 'format',
  branches: { aes: encryptionKey, luks: encryptionKey },
});

export const blockdevOptionsQcow2 = struct('BlockdevOptionsQcow2', {
  file,
  '*backing': backing,
  '*lazy-refcounts': described(bool, 'let refcounts be stale until the image is closed'),
  '*pass-discard-request': described(bool, 'pass the guest\'s discards on to the file'),
  '*pass-discard-snapshot': described(bool, 'discard what deleting a snapshot frees'),
  '*pass-discard-other': described(bool, 'discard what else is freed'),
  '*overlap-check': described(qcow2OverlapChecks, 'metadata that writes must not hit'),
  '*cache-size': described(int, 'both metadata caches together, bytes'),
  '*l2-cache-size': described(int, 'L2 table cache, bytes'),
  '*l2-cache-entry-size': described(int, 'bytes per entry of the L2 cache'),
  '*refcount-cache-size': described(int, 'refcount block cache, bytes'),
  '*cache-clean-interval': described(int, 'seconds after which unused cache entries are freed'),
  '*encrypt': blockdevQcow2Encryption,
  '*data-file': described(childNode, 'file for the guest data'),
});

/** Options of the filters. */
export const blockdevOptionsThrottle = struct('BlockdevOptionsThrottle', {
  'throttle-group': described(str, 'id of the throttle-group object'),
  file: described(childNode, 'node to slow down'),
});

export const blockdevOptionsCor = struct('BlockdevOptionsCor', {
  file: described(childNode, 'node whose backing data is kept once read'),
  '*bottom': described(naming('node'), 'lowest backing node to copy from'),
});
