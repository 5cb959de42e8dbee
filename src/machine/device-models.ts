/** A kind of guest device, as `-device` names it. */
export interface DeviceModel {
  /** Media can be changed. */
  readonly removable?: boolean;
  readonly tray?: boolean;
  /** The medium must keep its size while it is in. */
  readonly fixedSize?: boolean;
  /** Only reads, whatever the medium allows. */
  readonly readOnly?: boolean;
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
  'ide-hd': { ioStatus: true, withoutDrive: 'No drive specified' },
  'ide-cd': { removable: true, tray: true, fixedSize: true, readOnly: true, ioStatus: true },
  'scsi-hd': { ioStatus: true, withoutDrive: 'drive property not set' },
  'scsi-cd': { removable: true, tray: true, fixedSize: true, readOnly: true, ioStatus: true },
  'virtio-blk-pci': { ioStatus: true, part: 'virtio-backend', withoutDrive: 'drive property not set' },
  'floppy': { removable: true, fixedSize: true },
  'sd-card': { removable: true },
  'virtio-scsi-pci': { controller: true },
  'lsi53c895a': { controller: true },
  'ich9-ahci': { controller: true },
  'sdhci-pci': { controller: true },
  'isa-fdc': { controller: true },
};

/** The model of this name, if there is one. */
export function deviceModel(name: string): DeviceModel | undefined {
  return Object.hasOwn(MODELS, name) ? MODELS[name] : undefined;
}
