import { QapiError } from '../qapi/qapi-error.ts';
import type { Device } from './device.ts';
import type { DeviceTree } from './device-tree.ts';

/** How long the synthetic guest takes to let a device go, in milliseconds. */
const ANSWER = 250;

/** Devices that the guest has been asked to let go. It answers while it runs, and a reset answers for it. */
export class Unplugs {
  /** Carries out what was agreed to: the device is to vanish. */
  onAgreed: (device: Device) => void = () => undefined;
  readonly #devices: DeviceTree;
  readonly #waiting = new Map<Device, NodeJS.Timeout | undefined>();
  #running = false;

  constructor(devices: DeviceTree) {
    this.#devices = devices;
  }

  /** Asks for a device; one on a bus where nobody needs to agree goes at once. @throws QapiError in QEMU's words */
  request(idOrPath: string): void {
    const device = this.#find(idOrPath);
    if (device.isLeaving) throw new QapiError(`Device ${device.id ?? device.path} is already in the process of unplug`);
    if (device.bus !== undefined && !device.bus.isHotpluggable) throw doesNotUnplug(device.bus.name);
    if (device.bus?.type !== 'PCI') {
      this.onAgreed(device);
      return;
    }
    device.isLeaving = true;
    this.#waiting.set(device, this.#running ? this.#answerOf(device) : undefined);
  }

  /** A guest that stands still answers nothing. */
  setRunning(running: boolean): void {
    if (running === this.#running) return;
    this.#running = running;
    for (const [device, timer] of this.#waiting) {
      clearTimeout(timer);
      this.#waiting.set(device, running ? this.#answerOf(device) : undefined);
    }
  }

  /** The reset of the machine, which lets all go in the order of their slots. */
  reset(): void {
    const leaving = [...this.#waiting.keys()].sort((a, b) => (a.address?.[0] ?? 0) - (b.address?.[0] ?? 0));
    for (const device of leaving) this.#agree(device);
  }

  #answerOf(device: Device): NodeJS.Timeout {
    return setTimeout(() => this.#agree(device), ANSWER).unref();
  }

  #agree(device: Device): void {
    clearTimeout(this.#waiting.get(device));
    this.#waiting.delete(device);
    this.onAgreed(device);
  }

  #find(idOrPath: string): Device {
    const device = this.#devices.find(idOrPath);
    if (device !== undefined) return device;
    const path = idOrPath.startsWith('/') ? idOrPath : `/machine/peripheral/${idOrPath}`;
    const around = this.#devices.all().find(({ path: outer, model }) => model.part !== undefined && `${outer}/${model.part}` === path);
    if (around !== undefined) throw doesNotUnplug('virtio-bus');
    throw new QapiError(`Device '${idOrPath}' not found`, { class: 'DeviceNotFound' });
  }
}

const doesNotUnplug = (bus: string) => new QapiError(`Bus '${bus}' does not support hotplugging`);
