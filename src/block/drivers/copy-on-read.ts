import { blockdevOptionsCor } from '../../qapi/types/blockdev-format-options.ts';
import { QapiError } from '../../qapi/qapi-error.ts';
import { withoutChildren } from '../child-options.ts';
import { CopyOnReadImage } from '../copy-on-read-image.ts';
import type { BlockDriver, BlockIo } from '../driver.ts';

interface CopyOnReadOptions {
  /** The lowest image whose data is copied. */
  readonly bottom?: string;
}

const copyOnRead: BlockDriver<CopyOnReadOptions> = {
  name: 'copy-on-read',
  role: 'filter',
  doc: 'keeps what is read from backing images in the image above them',
  options: withoutChildren(blockdevOptionsCor.members),
  children: [{ name: 'file' }],
  passesThrough: true,
  filters: 'file',
  access: () => ({ needs: ['write unchanged'] }),
  open: async (request) => {
    const { bottom } = request.options;
    const file = request.children.file as BlockIo;
    if (bottom === undefined) return new CopyOnReadImage(file);
    const layers = request.layers?.('file') ?? [];
    const place = layers.findIndex(({ name }) => name === bottom);
    if (place < 0) throw new QapiError(`Bottom node '${bottom}' not found`);
    return new CopyOnReadImage(file, layers.slice(0, place + 1).map(({ io }) => io));
  },
};

export default copyOnRead;
