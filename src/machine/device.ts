import type { Bus } from './bus.ts';
import type { DeviceModel } from './device-models.ts';
import type { PropertyValues } from './device-properties.ts';
import type { GuestDevice } from './guest-device.ts';

/** Where a device sits on its bus: a PCI slot and function, or a SCSI target and unit. */
export type DeviceAddress = readonly [first: number, second: number];

export interface DeviceInit {
  readonly driver: string;
  readonly model: DeviceModel;
  readonly id?: string;
  /** QOM path. */
  readonly path: string;
  readonly bus?: Bus;
  readonly address?: DeviceAddress;
  readonly properties?: PropertyValues;
  /** Absent for a controller. */
  readonly guest?: GuestDevice;
}

/** A device of the machine: a drive in front of a backend, or a controller with buses of its own. */
export class Device {
  readonly driver: string;
  readonly model: DeviceModel;
  readonly id?: string;
  readonly path: string;
  readonly bus?: Bus;
  readonly address?: DeviceAddress;
  /** As given to device_add, by name. */
  readonly properties: PropertyValues;
  readonly guest?: GuestDevice;
  /** The buses that it brought along. */
  readonly buses: Bus[] = [];
  /** The guest has been asked to let it go. */
  isLeaving = false;

  constructor({ driver, model, id, path, bus, address, properties, guest }: DeviceInit) {
    this.driver = driver;
    this.model = model;
    this.id = id;
    this.path = path;
    this.bus = bus;
    this.address = address;
    this.properties = properties ?? new Map();
    this.guest = guest;
  }

  /** What clients may call it: its path, and its id if it has one. */
  get names(): readonly string[] {
    return this.id === undefined ? [this.path] : [this.id, this.path];
  }

  /** Its place among the boot devices, if it has one. */
  get bootIndex(): number | undefined {
    const index = this.properties.get('bootindex');
    return typeof index === 'number' && index >= 0 ? index : undefined;
  }
}
