import { blockdevOptionsFile } from '../../qapi/types/blockdev-file-options.ts';
import { openHostFile } from '../open-host-file.ts';
import { checkAio } from './file.ts';
import type { BlockDriver } from '../driver.ts';
import type { FileOptions } from './file.ts';

const hostCdrom: BlockDriver<FileOptions> = {
  name: 'host_cdrom',
  role: 'protocol',
  doc: 'a CD-ROM drive of the host',
  options: blockdevOptionsFile.members,
  children: [],
  reopens: ['x-check-cache-dropped'],
  open: async ({ options, readOnly, cache, former }) => {
    checkAio(options, cache?.direct === true);
    const { filename, locking } = options;
    const image = await openHostFile({ filename, readOnly, locking, former }, {
      driver: 'host_cdrom',
      wanted: 'either a character or block device',
      accepts: (stats) => stats.isBlockDevice() || stats.isCharacterDevice(),
      fixed: true,
    });
    // As QEMU's driver, it knows of no dirty flag.
    return Object.assign(image, { facts: () => ({}) });
  },
};

export default hostCdrom;
