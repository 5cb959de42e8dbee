import { blockdevOptionsNull } from '../../qapi/types/blockdev-file-options.ts';
import { NullImage } from '../null-image.ts';
import type { BlockDriver } from '../driver.ts';
import type { NullOptions } from '../null-image.ts';

const nullCo: BlockDriver<NullOptions> = {
  name: 'null-co',
  role: 'protocol',
  doc: 'no storage: writes are forgotten, reads are zero',
  options: blockdevOptionsNull.members,
  children: [],
  reopens: [],
  open: async ({ options }) => new NullImage('null-co', options),
};

export default nullCo;
