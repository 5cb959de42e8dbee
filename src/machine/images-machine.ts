import { open, stat } from 'node:fs/promises';
import type { DriveDescription, MachineDescription } from './description.ts';
import { isIso9660 } from './iso9660.ts';

/** Sizes of floppy images in KiB. */
const FLOPPY_SIZES: ReadonlySet<number> = new Set([160, 180, 320, 360, 720, 1200, 1440, 2880]);
const FLOPPIES = 2;
const IDE_PLACES = 4;
/** The CD goes where QEMU's -cdrom puts it. */
const CD_INDEX = 2;

/** A machine with the images in drives of QEMU's default names: ISO images in CD drives, floppy images in floppy drives, the rest as disks. */
export async function imagesMachine(filenames: readonly string[]): Promise<MachineDescription> {
  const drives: DriveDescription[] = [];
  const kinds = await Promise.all(filenames.map(kindOf));
  const of = (kind: ImageKind) => filenames.filter((_, index) => kinds[index] === kind);
  const floppies = of('floppy');
  const free = new Set(Array.from({ length: IDE_PLACES }, (_, index) => index));
  const take = (preferred?: number) => {
    const index = preferred !== undefined && free.has(preferred) ? preferred : [...free][0];
    if (index !== undefined) free.delete(index);
    return index;
  };
  const [cd, ...moreCds] = of('cdrom');
  if (cd !== undefined) drives.push({ if: 'ide', index: take(CD_INDEX), media: 'cdrom', file: cd, format: 'raw' });
  for (const file of [...of('disk'), ...floppies.slice(FLOPPIES)]) drives.push(disk(file, take()));
  for (const file of moreCds) drives.push(moreCd(file, take()));
  for (const file of floppies.slice(0, FLOPPIES)) drives.push({ if: 'floppy', file, format: 'raw' });
  const place = ({ if: kind, index = 0 }: DriveDescription) => ['ide', 'scsi', 'virtio', 'floppy'].indexOf(kind!) * 100 + index;
  return { drives: drives.sort((one, other) => place(one) - place(other)) };
}

const disk = (file: string, index: number | undefined): DriveDescription => (index === undefined ? { if: 'virtio', file } : { if: 'ide', index, file });

const moreCd = (file: string, index: number | undefined): DriveDescription =>
  ({ ...(index === undefined ? { if: 'scsi' as const } : { if: 'ide' as const, index }), media: 'cdrom', file, format: 'raw' });

type ImageKind = 'disk' | 'cdrom' | 'floppy';

/** What cannot be read, or is no file (a folder; a pipe, where opening would wait), is a disk: opening it tells why. */
async function kindOf(filename: string): Promise<ImageKind> {
  if (/\.iso$/i.test(filename)) return 'cdrom';
  const stats = await stat(filename).catch(() => undefined);
  const file = stats?.isFile() || stats?.isBlockDevice() ? await open(filename, 'r').catch(() => undefined) : undefined;
  if (stats === undefined || file === undefined) return 'disk';
  try {
    const { size } = stats;
    if (/\.(img|flp|vfd|ima)$/i.test(filename) && FLOPPY_SIZES.has(size / 1024)) return 'floppy';
    return await isIso9660(file) ? 'cdrom' : 'disk';
  } finally {
    await file.close();
  }
}
