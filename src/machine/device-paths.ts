import type { DriveDescription } from './description.ts';

/** Where QEMU's pc machine numbers its floppy drives, and after them its disks. */
const FIRST_FLOPPY = 13;
const FIRST_DISK = 18;

/** Gives QOM paths to devices as QEMU's pc machine would. */
export class DevicePaths {
  #floppies = 0;
  #disks = 0;
  #anonymous = 0;

  /** The path of a device that comes with a drive's interface. */
  ofDrive(kind: NonNullable<DriveDescription['if']>, floppiesInAll: number): string {
    if (kind === 'virtio') return this.ofDevice(undefined);
    const number = kind === 'floppy' ? FIRST_FLOPPY + this.#floppies++ : FIRST_DISK + floppiesInAll + this.#disks++;
    return `/machine/unattached/device[${number}]`;
  }

  /** The path of a `-device`. */
  ofDevice(id: string | undefined): string {
    return id === undefined ? `/machine/peripheral-anon/device[${this.#anonymous++}]` : `/machine/peripheral/${id}`;
  }
}
