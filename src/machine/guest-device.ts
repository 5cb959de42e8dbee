import type { GuestDevice as BlockGuestDevice } from '../block/backend.ts';
import type { DeviceModel } from './device-models.ts';

export interface GuestDeviceInit {
  readonly model: DeviceModel;
  readonly id?: string;
  /** QOM path of the device that the user made; the backend may hang on a part of it. */
  readonly path: string;
  /** Others may write to the medium too. */
  readonly sharesWrites?: boolean;
}

/** A guest's disk, CD, floppy or card drive. */
export class GuestDevice implements BlockGuestDevice {
  readonly model: DeviceModel;
  /** The user's id, where the backend hangs on the device itself. */
  readonly id?: string;
  readonly qomPath: string;
  readonly removable: boolean;
  readonly fixedSize: boolean;
  readonly readOnly: boolean;
  readonly needsWrites: boolean;
  readonly sharesWrites: boolean;
  readonly tray?: { open: boolean; locked: boolean };
  /** Names of the device around the part that holds the backend. */
  readonly #outerNames: readonly string[];

  constructor({ model, id, path, sharesWrites }: GuestDeviceInit) {
    this.model = model;
    this.removable = model.removable ?? false;
    this.fixedSize = model.fixedSize ?? false;
    this.readOnly = model.readOnly ?? false;
    this.needsWrites = model.needsWrites ?? false;
    this.sharesWrites = sharesWrites ?? false;
    if (model.tray) this.tray = { open: false, locked: false };
    this.qomPath = model.part === undefined ? path : `${path}/${model.part}`;
    if (model.part === undefined) this.id = id;
    this.#outerNames = model.part === undefined ? [] : [path, ...(id === undefined ? [] : [id])];
  }

  /** The id, or the QOM path of a device without one: `qdev` in query-block. */
  get qdev(): string {
    return this.id ?? this.qomPath;
  }

  /** What clients may call it. */
  get names(): readonly string[] {
    return this.id === undefined ? [this.qomPath] : [this.id, this.qomPath];
  }

  /** Whether the name is that of a device which holds the backend in a part of its own. */
  isAround(name: string): boolean {
    return this.#outerNames.includes(name);
  }
}
