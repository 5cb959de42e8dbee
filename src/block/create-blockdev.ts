import { QapiError } from '../qapi/qapi-error.ts';
import type { Int } from '../qapi/schema.ts';
import type { BlockdevCreateOptions } from '../qapi/types/blockdev-create-options.ts';
import type { BlockDriver } from './driver.ts';
import { drivers } from './drivers.ts';
import type { BlockGraph } from './graph.ts';
import type { OptionTree } from './open-options.ts';
import { PERMISSIONS } from './permissions.ts';

/** Makes an image as the options say. Rejects with QapiError in QEMU's words, or IoError. */
export type CreateBlockdev = (options: BlockdevCreateOptions, graph: BlockGraph) => Promise<void>;

type Create = NonNullable<BlockDriver['create']>;

const SECTOR = 512n;

/** How images of a driver are made. @throws QapiError when there is nothing to make: a raw image is what its file is */
export async function findCreateBlockdev(name: string): Promise<CreateBlockdev> {
  const driver = await drivers.load(name);
  if (driver?.createFile !== undefined) return ({ driver: _, ...options }) => driver.createFile!(options);
  const create = driver?.passesThrough === true ? undefined : driver?.create;
  if (create === undefined) throw new QapiError('Driver does not support blockdev-create');
  return (options, graph) => createInNode(create, options, graph);
}

/** Writes an image into a node that nobody else writes to. */
async function createInNode(create: Create, { driver: _, file: given, size, ...options }: BlockdevCreateOptions, graph: BlockGraph): Promise<void> {
  const file = await graph.open(given as OptionTree | string);
  const creation = {};
  try {
    file.attach(creation, { user: 'an unnamed block device', role: 'root', needs: ['write', 'resize'], shares: PERMISSIONS });
    try {
      if (BigInt(size as Int) % SECTOR !== 0n) throw new QapiError(`Image size must be a multiple of ${SECTOR} bytes`);
      await create.create({ file: file.io, size: Number(size), options });
    } finally {
      file.detach(creation);
      await graph.release(file);
    }
  } finally {
    await graph.release(file);
  }
}
