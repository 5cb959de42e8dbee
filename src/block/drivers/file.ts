import * as fs from 'node:fs';
import { QapiError } from '../../qapi/qapi-error.ts';
import { blockdevOptionsFile } from '../../qapi/types/blockdev-file-options.ts';
import type { BlockdevCreateOptionsFile } from '../../qapi/types/blockdev-create-options.ts';
import { createHostFile } from '../create-host-file.ts';
import { openHostFile } from '../open-host-file.ts';
import type { Infer } from '../../qapi/schema.ts';
import type { BlockDriver } from '../driver.ts';

export type FileOptions = Infer<typeof blockdevOptionsFile>;

const file: BlockDriver<FileOptions, BlockdevCreateOptionsFile> = {
  name: 'file',
  role: 'protocol',
  doc: 'a regular file of the host',
  options: blockdevOptionsFile.members,
  children: [],
  reopens: ['x-check-cache-dropped'],
  open: async ({ options, readOnly, cache, former }) => {
    checkAio(options, cache?.direct === true);
    const { filename, locking } = options;
    return openHostFile({ filename, readOnly, locking, former }, {
      driver: 'file', wanted: 'a regular file', accepts: (stats) => stats.isFile(), fixed: false,
    });
  },
  createFile: async ({ filename, size, preallocation = 'off' }) => {
    if (preallocation === 'metadata') throw new QapiError('Unsupported preallocation mode: metadata');
    const created = await createHostFile({ filename, existed: fs.existsSync(filename) });
    try {
      await (preallocation === 'off' ? created.truncate(Number(size)) : created.writeZeroes(0, Number(size)));
    } finally {
      await created.close();
    }
  },
  create: { options: {}, create: async ({ file: made, size }) => made.truncate(size) },
};

/** @throws QapiError for kinds of submission that need what was not asked for */
export function checkAio(options: FileOptions, direct: boolean): void {
  if (options.aio !== 'native' || direct) return;
  throw new QapiError('aio=native was specified, but it requires cache.direct=on, which was not specified.');
}

export default file;
