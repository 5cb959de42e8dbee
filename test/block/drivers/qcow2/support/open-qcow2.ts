import type { BlockIo } from '../../../../../src/block/driver.ts';
import qcow2 from '../../../../../src/block/drivers/qcow2/index.ts';
import type { Qcow2Image } from '../../../../../src/block/drivers/qcow2/image.ts';
import type { Qcow2CreateOptions, Qcow2Options } from '../../../../../src/block/drivers/qcow2/options.ts';
import { PlainFile } from './plain-file.ts';

export interface Opened {
  readonly image: Qcow2Image;
  readonly file: PlainFile;
  readonly close: () => Promise<void>;
}

interface Choices {
  readonly options?: Qcow2Options;
  readonly readOnly?: boolean;
  readonly unmap?: boolean;
  readonly backing?: BlockIo;
}

/** Opens an image of this driver over a plain host file. */
export async function openQcow2(path: string, { options = {}, readOnly = false, unmap = false, backing }: Choices = {}): Promise<Opened> {
  const file = await PlainFile.open(path, readOnly ? 'r' : 'r+');
  try {
    const image = (await qcow2.open({ options, children: { file }, readOnly, unmap })) as Qcow2Image;
    if (backing !== undefined) image.setBacking(backing);
    return { image, file, close: () => image.close().finally(() => file.close()) };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Creates an image with this driver. */
export async function createQcow2(path: string, size: number, options: Qcow2CreateOptions = {}): Promise<void> {
  const file = await PlainFile.open(path, 'w+');
  try {
    await qcow2.create?.create({ file, size, options });
  } finally {
    await file.close();
  }
}

/** All of an image's bytes. */
export async function readAll(image: BlockIo): Promise<Buffer> {
  const bytes = Buffer.alloc(image.length, 0xee);
  await image.read(0, bytes);
  return bytes;
}
