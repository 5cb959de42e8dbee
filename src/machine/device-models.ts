import type { BusProvision, BusType } from './bus.ts';

/** A kind of guest device, as `-device` names it. */
export interface DeviceModel {
  /** What it plugs into. */
  readonly bus: BusType;
  /** The buses that it brings along. */
  readonly provides?: BusProvision;
  /** Media can be changed. */
  readonly removable?: boolean;
  readonly tray?: boolean;
  /** The medium must keep its size while it is in. */
  readonly fixedSize?: boolean;
  /** Only reads, whatever the medium allows. */
  readonly readOnly?: boolean;
  /** Takes no medium that cannot be written. */
  readonly needsWrites?: boolean;
  /** Its drive stays in the machine when it is unplugged. */
  readonly leavesDrive?: boolean;
  /** Puts requests that follow one another on the medium together. */
  readonly merges?: boolean;
  /** Reports io-status when its policy stops the guest on errors. */
  readonly ioStatus?: boolean;
  /** The part of the device that holds the backend, when it is not the device itself. */
  readonly part?: string;
  /** QEMU's refusal when no drive is given; absent: the device may be empty. */
  readonly withoutDrive?: string;
  /** A bus with devices of its own and no backend. */
  readonly controller?: boolean;
}

const MODELS: Readonly<Record<string, DeviceModel>> = {
  'ide-hd': { bus: 'IDE', ioStatus: true, withoutDrive: 'No drive specified' },
  'ide-cd': { bus: 'IDE', removable: true, tray: true, fixedSize: true, readOnly: true, ioStatus: true },
  'scsi-hd': { bus: 'SCSI', ioStatus: true, withoutDrive: 'drive property not set' },
  'scsi-cd': { bus: 'SCSI', removable: true, tray: true, fixedSize: true, readOnly: true, ioStatus: true },
  'virtio-blk-pci': { bus: 'PCI', ioStatus: true, merges: true, part: 'virtio-backend', withoutDrive: 'drive property not set' },
  'floppy': { bus: 'floppy-bus', removable: true, fixedSize: true },
  'sd-card': { bus: 'sd-bus', removable: true, needsWrites: true, leavesDrive: true },
  'virtio-scsi-pci': {
    bus: 'PCI', controller: true, part: 'virtio-backend', provides: { type: 'SCSI', highest: { target: 255, lun: 16383 } },
  },
  'lsi53c895a': { bus: 'PCI', controller: true, provides: { type: 'SCSI', highest: { target: 7, lun: 0 } } },
  'ich9-ahci': { bus: 'PCI', controller: true, provides: { type: 'IDE', count: 6 } },
  'sdhci-pci': { bus: 'PCI', controller: true, provides: { type: 'sd-bus', name: 'sd-bus' } },
  'isa-fdc': { bus: 'ISA', controller: true },
};

const ALIASES: Readonly<Record<string, string>> = {
  'virtio-blk': 'virtio-blk-pci', 'virtio-scsi': 'virtio-scsi-pci', 'lsi': 'lsi53c895a', 'ahci': 'ich9-ahci',
};

/** The full name of a model that has a short one. */
export const fullModelName = (name: string): string => (Object.hasOwn(ALIASES, name) ? ALIASES[name]! : name);

/** The model of this name, if there is one. */
export function deviceModel(name: string): DeviceModel | undefined {
  return Object.hasOwn(MODELS, name) ? MODELS[name] : undefined;
}
