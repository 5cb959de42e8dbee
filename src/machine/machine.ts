import { QapiError } from '../qapi/qapi-error.ts';
import { systemClock } from '../util/clock.ts';
import type { TimerClock } from '../util/clock.ts';
import type { MachineFacts, ObjectDescription } from './description.ts';
import { DeviceTree } from './device-tree.ts';
import type { Drive } from './drive.ts';
import { Drives } from './drives.ts';
import type { SyntheticGuest } from './synthetic-guest.ts';
import { Unplugs } from './unplugs.ts';

export interface MachineInit {
  readonly drives: readonly Drive[];
  readonly objects: readonly ObjectDescription[];
  readonly secrets?: Map<string, Buffer>;
  readonly guests: readonly SyntheticGuest[];
  readonly facts: MachineFacts;
  readonly devices?: DeviceTree;
  readonly clock?: TimerClock;
}

/** Paths of objects that hold devices and are none; an empty id means the one that holds those with ids. */
const CONTAINERS: ReadonlySet<string> = new Set(['', '/', '/machine', '/machine/peripheral', '/machine/peripheral-anon', '/machine/unattached']);

/** The machine around the block graph: drives with their guest devices, objects, and the synthetic guest. */
export class Machine {
  readonly drives: Drives;
  readonly objects: ObjectDescription[];
  /** What the secrets among the objects hold. */
  readonly secrets: Map<string, Buffer>;
  readonly facts: MachineFacts;
  /** Every device, controllers too. */
  readonly devices: DeviceTree;
  readonly unplugs: Unplugs;
  /** What throttling and statistics go by. */
  readonly clock: TimerClock;
  /** In the order of the machine's description. */
  readonly guests: readonly SyntheticGuest[];

  constructor({ drives, objects, secrets, guests, facts, devices, clock }: MachineInit) {
    this.clock = clock ?? systemClock;
    this.drives = new Drives(drives);
    this.objects = [...objects];
    this.secrets = secrets ?? new Map<string, Buffer>();
    this.devices = devices ?? new DeviceTree();
    this.unplugs = new Unplugs(this.devices);
    this.facts = facts;
    this.guests = guests;
  }

  /** One line for each device that the synthetic guest works on, for the screen. */
  describeGuest(): string[] {
    return this.guests.filter((guest) => guest.isBusy).map((guest) => guest.describe());
  }

  /** The drive of this name. @throws QapiError DeviceNotFound */
  driveNamed(name: string): Drive {
    return this.drives.named(name) ?? notFound(name);
  }

  /** The drive behind the guest device of this id or QOM path. @throws QapiError DeviceNotFound */
  driveOfDevice(idOrPath: string): Drive {
    const drive = this.drives.behind(idOrPath);
    if (drive) return drive;
    if (CONTAINERS.has(idOrPath)) throw new QapiError(`${idOrPath} is not a hotpluggable device`);
    if (this.drives.all().some(({ device }) => device?.isAround(idOrPath))) throw new QapiError('Device does not have a block device backend');
    return notFound(idOrPath);
  }

  /** Lets the guest run or stops it. */
  setRunning(running: boolean): void {
    for (const guest of this.guests) if (running) guest.start(); else guest.stop();
    this.unplugs.setRunning(running);
  }

  /** Resets the devices: those that were to leave are gone; trays are closed and unlocked, as silently as in QEMU. */
  reset(): void {
    for (const guest of this.guests) guest.reset();
    this.unplugs.reset();
    for (const { device } of this.drives) if (device?.tray) Object.assign(device.tray, { open: false, locked: false });
  }

  /** Resolves when the guest's last request is over. */
  async close(): Promise<void> {
    this.unplugs.setRunning(false);
    await Promise.all(this.guests.map((guest) => guest.close()));
  }
}

function notFound(name: string): never {
  throw new QapiError(`Device '${name}' not found`, { class: 'DeviceNotFound' });
}
