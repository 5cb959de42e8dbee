import { QapiError } from '../../qapi/qapi-error.ts';
import { blockdevOptionsRaw } from '../../qapi/types/blockdev-format-options.ts';
import { RawImage } from '../raw-image.ts';
import { withoutChildren } from '../child-options.ts';
import type { Infer, Int } from '../../qapi/schema.ts';
import type { BlockDriver, BlockIo } from '../driver.ts';

type RawOptions = Pick<Infer<typeof blockdevOptionsRaw>, 'offset' | 'size'>;

const SECTOR = 512;

const raw: BlockDriver<RawOptions> = {
  name: 'raw',
  role: 'format',
  doc: 'the plain bytes of its file, or a part of them',
  options: withoutChildren(blockdevOptionsRaw.members),
  children: [{ name: 'file' }],
  passesThrough: true,
  reopens: ['offset', 'size'],
  isPart: ({ offset, size }) => (offset !== undefined && Number(offset) !== 0) || size !== undefined,
  probe: () => 1,
  open: async ({ options, children, probed }) => {
    const file = children.file as BlockIo;
    const offset = bytes('offset', options.offset) ?? 0;
    const size = bytes('size', options.size);
    checkPlace(file.length, offset, size);
    return new RawImage(file, { offset, size, probed });
  },
  create: { options: {}, create: async ({ file, size }) => file.truncate(size) },
};

function bytes(name: string, value: Int | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (value >= 0 && value <= Number.MAX_SAFE_INTEGER) return Number(value);
  throw new QapiError(`Parameter '${name}' expects a non-negative number below 2^64`);
}

function checkPlace(fileLength: number, offset: number, size: number | undefined): void {
  if (offset > fileLength) {
    throw new QapiError(`Offset (${offset}) cannot be greater than size of the containing file (${fileLength})`);
  }
  if (size === undefined) return;
  if (fileLength - offset < size) {
    throw new QapiError(`The sum of offset (${offset}) and size (${size}) has to be smaller or equal to the ` +
      ` actual size of the containing file (${fileLength})`);
  }
  if (size % SECTOR !== 0) throw new QapiError('Specified size is not multiple of 512');
}

export default raw;
