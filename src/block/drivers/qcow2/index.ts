import type { BlockDriver } from '../../driver.ts';
import { Qcow2BitmapStore } from './bitmap-store.ts';
import { createImage } from './create.ts';
import { MAGIC } from './header.ts';
import { Qcow2Image } from './image.ts';
import { openImage } from './open.ts';
import { qcow2CreateOptions } from '../../../qapi/types/blockdev-create-options.ts';
import type { Qcow2CreateOptions, Qcow2Options } from './options.ts';
import { qcow2Options } from './options.ts';

const qcow2: BlockDriver<Qcow2Options, Qcow2CreateOptions> = {
  name: 'qcow2',
  role: 'format',
  doc: "QEMU's copy-on-write format, versions 2 and 3: backing files, compressed and zero clusters, internal snapshots",
  compresses: true,
  options: qcow2Options,
  children: [{ name: 'file' }, { name: 'backing', optional: true }],
  reopens: Object.keys(qcow2Options).map((name) => name.replace('*', '')),
  probe: (head) => (head.length >= 8 && head.readUInt32BE(0) === MAGIC && head.readUInt32BE(4) >= 2 ? 100 : 0),
  open: async ({ options, children, readOnly, unmap }) => {
    const { file } = children;
    if (file === undefined) throw new TypeError('qcow2 is opened without its file');
    const state = await openImage({ file, options, readOnly, unmap });
    return new Qcow2Image(state, await Qcow2BitmapStore.load(state));
  },
  create: { options: qcow2CreateOptions, create: createImage },
};

export default qcow2;
