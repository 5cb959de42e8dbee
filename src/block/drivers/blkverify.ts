import { blockdevOptionsBlkverify } from '../../qapi/types/blkdebug-options.ts';
import { BlkverifyImage } from '../blkverify-image.ts';
import { withoutChildren } from '../child-options.ts';
import type { BlockDriver, BlockIo } from '../driver.ts';

const blkverify: BlockDriver = {
  name: 'blkverify',
  role: 'filter',
  doc: 'does everything on two images and compares what they read',
  options: withoutChildren(blockdevOptionsBlkverify.members),
  children: [{ name: 'raw' }, { name: 'test' }],
  passesThrough: true,
  filters: 'raw',
  filenameOf: (_, { raw, test }) => (raw === undefined || test === undefined ? undefined : `blkverify:${raw}:${test}`),
  open: async ({ children }) => new BlkverifyImage(children.test as BlockIo, children.raw as BlockIo),
};

export default blkverify;
