import type { Device } from './device.ts';

/** What a device plugs into, by QEMU's name. */
export type BusType = 'PCI' | 'ISA' | 'IDE' | 'SCSI' | 'floppy-bus' | 'sd-bus';

/** The buses that a device brings along. */
export interface BusProvision {
  readonly type: BusType;
  readonly count?: number;
  /** Addresses on a SCSI bus: the highest target and the highest unit. */
  readonly highest?: { readonly target: number; readonly lun: number };
  /** A name that no device's id changes. */
  readonly name?: string;
}

export interface BusInit extends Omit<BusProvision, 'name' | 'count'> {
  readonly name: string;
}

/** Buses where devices come and go while the machine runs. */
const HOTPLUGGABLE: ReadonlySet<BusType> = new Set(['PCI', 'SCSI']);
/** Devices that a bus says it takes; others take any number, or refuse one more when it is there. */
const PLACES: Readonly<Partial<Record<BusType, number>>> = { IDE: 2 };

/** A bus of the machine with the devices on it. */
export class Bus {
  readonly name: string;
  readonly type: BusType;
  readonly highest: { readonly target: number; readonly lun: number };
  /** Oldest first. */
  readonly devices: Device[] = [];

  constructor({ name, type, highest }: BusInit) {
    this.name = name;
    this.type = type;
    this.highest = highest ?? { target: 0, lun: 0 };
  }

  /** How QEMU calls the kind of bus when a device does not fit. */
  get kind(): string {
    return this.type === 'sd-bus' ? 'sdhci-bus' : this.type;
  }

  get isFull(): boolean {
    return this.devices.length >= (PLACES[this.type] ?? Infinity);
  }

  get isHotpluggable(): boolean {
    return HOTPLUGGABLE.has(this.type);
  }
}
