import { blockdevOptionsNull } from '../../qapi/types/blockdev-file-options.ts';
import { NullImage } from '../null-image.ts';
import type { BlockDriver } from '../driver.ts';
import type { NullOptions } from '../null-image.ts';

const nullAio: BlockDriver<NullOptions> = {
  name: 'null-aio',
  role: 'protocol',
  doc: 'no storage: writes are forgotten, reads are zero; answers asynchronously',
  options: blockdevOptionsNull.members,
  children: [],
  reopens: [],
  open: async ({ options }) => new NullImage('null-aio', options),
};

export default nullAio;
