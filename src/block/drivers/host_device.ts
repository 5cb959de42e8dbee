import { blockdevOptionsFile } from '../../qapi/types/blockdev-file-options.ts';
import { openHostFile } from '../open-host-file.ts';
import { checkAio } from './file.ts';
import type { BlockDriver } from '../driver.ts';
import type { FileOptions } from './file.ts';

const hostDevice: BlockDriver<FileOptions> = {
  name: 'host_device',
  role: 'protocol',
  doc: 'a block or character device of the host',
  options: blockdevOptionsFile.members,
  children: [],
  reopens: ['x-check-cache-dropped'],
  open: async ({ options, readOnly, cache, former }) => {
    checkAio(options, cache?.direct === true);
    const { filename, locking } = options;
    return openHostFile({ filename, readOnly, locking, former }, {
      driver: 'host_device',
      wanted: 'either a character or block device',
      accepts: (stats) => stats.isBlockDevice() || stats.isCharacterDevice(),
      fixed: true,
    });
  },
};

export default hostDevice;
