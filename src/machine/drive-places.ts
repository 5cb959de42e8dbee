import { checkIdentifier } from '../qapi/check-identifier.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import type { DriveDescription } from './description.ts';

/** Where a drive sits: the interface's bus and unit, and the name that follows from them. */
export interface DrivePlace {
  readonly interface: NonNullable<DriveDescription['if']>;
  readonly bus: number;
  readonly unit: number;
  readonly id: string;
}

/** Units on a bus; without an entry an interface has one bus of any number of units. */
const UNITS: Readonly<Record<string, number>> = { ide: 2, scsi: 7 };
/** Places that the machine has; drives beyond them are refused. */
const PLACES: Readonly<Record<string, number>> = { ide: 4, floppy: 2 };
const INTERFACES = ['ide', 'scsi', 'floppy', 'sd', 'virtio', 'none'];

/** Gives every drive its place and its name, by QEMU's rules. @throws QapiError in QEMU's words */
export class DrivePlaces {
  readonly #taken = new Map<string, string>();
  readonly #ids = new Set<string>();
  /** By interface: all places below are taken. */
  readonly #lowestFree = new Map<string, number>();

  place(drive: DriveDescription): DrivePlace {
    const kind = drive.if ?? 'ide';
    if (!INTERFACES.includes(kind)) throw new QapiError(`unsupported bus type '${kind}'`);
    if (drive.media !== undefined && !['disk', 'cdrom'].includes(drive.media)) throw new QapiError(`'${drive.media}' invalid media`);
    const { bus, unit } = this.#find(drive, kind);
    const id = drive.id ?? defaultId(drive, { kind, bus, unit });
    checkIdentifier(id);
    if (this.#ids.has(id)) throw new QapiError(`Duplicate ID '${id}' for drive`);
    this.#ids.add(id);
    this.#taken.set(`${kind} ${bus} ${unit}`, id);
    return { interface: kind, bus, unit, id };
  }

  #find(drive: DriveDescription, kind: string): { bus: number; unit: number } {
    const units = UNITS[kind] ?? Infinity;
    if (drive.index !== undefined && (drive.bus !== undefined || drive.unit !== undefined)) {
      throw new QapiError('index cannot be used with bus and unit');
    }
    let index = drive.index ?? (drive.bus ?? 0) * (units === Infinity ? 0 : units) + (drive.unit ?? 0);
    const at = (place: number) => (units === Infinity ? { bus: 0, unit: place } : { bus: Math.floor(place / units), unit: place % units });
    const isTaken = (place: number) => this.#taken.has(`${kind} ${at(place).bus} ${at(place).unit}`);
    if (drive.index === undefined && drive.unit === undefined) {
      index = Math.max(index, this.#lowestFree.get(kind) ?? 0);
      while (isTaken(index)) index++;
      if (drive.bus === undefined) this.#lowestFree.set(kind, index);
    }
    const { bus, unit } = at(index);
    if (isTaken(index)) throw new QapiError(`drive with bus=${bus}, unit=${unit} (index=${index}) exists`);
    if (index >= (PLACES[kind] ?? Infinity)) throw new QapiError(`machine type does not support if=${kind},bus=${bus},unit=${unit}`);
    return { bus, unit };
  }
}

function defaultId(drive: DriveDescription, { kind, bus, unit }: { kind: string; bus: number; unit: number }): string {
  const media = kind === 'ide' || kind === 'scsi' ? (drive.media === 'cdrom' ? '-cd' : '-hd') : '';
  return UNITS[kind] === undefined ? `${kind}${media}${unit}` : `${kind}${bus}${media}${unit}`;
}
