import { BlockBackend } from '../block/backend.ts';
import type { BlockNode } from '../block/node.ts';
import type { DriveSettings, RootState } from './drive-settings.ts';
import type { GuestDevice } from './guest-device.ts';
import type { Clock } from '../util/clock.ts';

/** Media that are opened with nothing asked for. */
export const PLAIN_ROOT_STATE: RootState = {
  readOnly: false, detectZeroes: 'off', discard: 'ignore', cache: { direct: false, noFlush: false, writeback: true },
};

export interface DriveInit {
  /** Empty for a device that was made without a drive. */
  readonly name: string;
  /** Who made it: the machine's description, or a client with blockdev-add, which may delete it again. */
  readonly owner: 'machine' | 'monitor';
  readonly settings?: DriveSettings;
  /** What its statistics go by. */
  readonly clock?: Clock;
  readonly device?: GuestDevice;
  /** The machine itself puts a device in front of it: its `if` is not none. */
  readonly isAutomatic?: boolean;
}

/** A backend with what the machine knows about it: the device in front, how media are opened, throttling. */
export class Drive {
  readonly owner: DriveInit['owner'];
  readonly backend: BlockBackend;
  readonly isAutomatic: boolean;
  /** What the device says of its write cache, whatever the medium was opened with. */
  writeCache: boolean | undefined;
  #device: GuestDevice | undefined;
  #rootState: RootState;

  constructor({ name, owner, settings, device, isAutomatic, clock }: DriveInit) {
    this.owner = owner;
    this.#device = device;
    this.isAutomatic = isAutomatic ?? false;
    this.#rootState = settings?.rootState ?? PLAIN_ROOT_STATE;
    this.backend = new BlockBackend({
      name, clock, statistics: settings?.statistics, onReadError: settings?.onReadError, onWriteError: settings?.onWriteError,
    });
    this.backend.guest = device;
  }

  get device(): GuestDevice | undefined {
    return this.#device;
  }

  /** Puts a device in front of the drive. @throws QapiError when the medium's other users do not allow it */
  attach(device: GuestDevice): void {
    this.backend.guest = device;
    this.#device = device;
  }

  detach(): void {
    this.backend.guest = undefined;
    this.#device = undefined;
    this.writeCache = undefined;
  }

  /** What a client calls the drive: its name, or the device's for one without a drive. */
  get displayName(): string {
    return this.backend.name || this.device?.qdev || '';
  }

  get isRemovable(): boolean {
    return this.device?.removable ?? true;
  }

  get hasTray(): boolean {
    return this.device?.tray !== undefined;
  }

  get isTrayOpen(): boolean {
    return this.device?.tray?.open ?? false;
  }

  /** Whether the guest stops when its device meets an error, and io-status tells of it. */
  get stopsOnErrors(): boolean {
    const { onReadError, onWriteError } = this.backend;
    return this.device?.model.ioStatus === true && (onReadError === 'stop' || onWriteError === 'stop' || onWriteError === 'enospc');
  }

  /** How the next medium is to be opened: as the one that is in, or as the last one was. */
  get rootState(): RootState {
    const { root } = this.backend;
    if (root !== undefined) {
      const { detectZeroes, discard, cache } = root.options;
      this.#rootState = { readOnly: root.readOnly, detectZeroes, discard, cache };
    }
    return this.#rootState;
  }

  insert(node: BlockNode): void {
    this.backend.insert(node);
  }

  /** Takes the medium out; its reference passes to the caller. */
  remove(): BlockNode | undefined {
    void this.rootState;
    return this.backend.remove();
  }
}
