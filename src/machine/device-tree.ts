import { QapiError } from '../qapi/qapi-error.ts';
import { Bus } from './bus.ts';
import type { BusType } from './bus.ts';
import type { Device } from './device.ts';
import type { DeviceModel } from './device-models.ts';
import { DevicePaths } from './device-paths.ts';

/** Every device and bus of the machine: those of QEMU's pc board, and what was plugged into them. */
export class DeviceTree {
  readonly paths = new DevicePaths();
  readonly pci = new Bus({ name: 'pci.0', type: 'PCI' });
  readonly #onBoard: readonly Bus[] = [
    this.pci, new Bus({ name: 'isa.0', type: 'ISA' }), new Bus({ name: 'floppy-bus.0', type: 'floppy-bus' }),
    new Bus({ name: 'ide.0', type: 'IDE' }), new Bus({ name: 'ide.1', type: 'IDE' }),
  ];
  /** Oldest first, those on board before all. */
  #buses: readonly Bus[] = this.#onBoard;
  /** Oldest first. */
  readonly #devices = new Set<Device>();
  /** By id and by path. */
  readonly #named = new Map<string, Device>();
  /** The next number for a bus whose device has no id. */
  readonly #unnamed = new Map<BusType, number>([['IDE', 2]]);

  /** Oldest first. */
  all(): readonly Device[] {
    return [...this.#devices];
  }

  find(idOrPath: string): Device | undefined {
    return this.#named.get(idOrPath);
  }

  add(device: Device): void {
    this.#devices.add(device);
    for (const name of device.names) this.#named.set(name, device);
    device.bus?.devices.push(device);
    const { type, count = 1, name, highest } = device.model.provides ?? {};
    for (let number = 0; type !== undefined && number < count; number++) {
      device.buses.push(new Bus({ type, highest, name: name ?? this.#busName(device, type, number) }));
    }
    if (device.buses.length > 0) this.#buses = [...this.#buses, ...device.buses];
  }

  /** Takes a device out; what hangs on its buses goes before it, the newest first. Returns them all in that order. */
  remove(device: Device): Device[] {
    const inner = device.buses.flatMap((bus) => [...bus.devices].reverse().flatMap((child) => this.remove(child)));
    this.#devices.delete(device);
    for (const name of device.names) this.#named.delete(name);
    device.bus?.devices.splice(device.bus.devices.indexOf(device), 1);
    if (device.buses.length > 0) this.#buses = this.#buses.filter((bus) => !device.buses.includes(bus));
    return [...inner, device];
  }

  /** The bus that a new device goes to: the one it names, else the first that has room. @throws QapiError in QEMU's words */
  busFor(driver: string, model: DeviceModel, name: string | undefined): Bus {
    if (name === undefined) {
      const bus = this.busOfType(model.bus);
      if (bus === undefined || bus.isFull) throw new QapiError(`No '${model.bus}' bus found for device '${driver}'`);
      return bus;
    }
    const bus = this.findBus(name);
    if (bus === undefined) throw new QapiError(`Bus '${name}' not found`);
    if (bus.type !== model.bus) throw new QapiError(`Device '${driver}' can't go on ${bus.kind} bus`);
    return bus;
  }

  /** The first bus of the type with room, else a full one. QEMU looks at the newest devices first. */
  busOfType(type: BusType): Bus | undefined {
    const buses = this.#buses.filter((bus) => bus.type === type);
    return buses.findLast((bus) => !bus.isFull) ?? buses.at(-1);
  }

  findBus(name: string): Bus | undefined {
    return this.#buses.findLast((bus) => bus.name === name);
  }

  #busName({ id }: Device, type: BusType, number: number): string {
    if (id !== undefined) return `${id}.${number}`;
    const next = this.#unnamed.get(type) ?? 0;
    this.#unnamed.set(type, next + 1);
    return `${type.toLowerCase()}.${next}`;
  }
}
