import type { BlockGraph } from '../block/graph.ts';
import type { BlockNode } from '../block/node.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import { applyBlockProperties, checkBlockProperties } from './block-properties.ts';
import type { Bus } from './bus.ts';
import { Device } from './device.ts';
import { placeOnBus } from './device-address.ts';
import { deviceModel, fullModelName } from './device-models.ts';
import type { DeviceModel } from './device-models.ts';
import { parseProperty } from './device-properties.ts';
import type { PropertyValues } from './device-properties.ts';
import { Drive } from './drive.ts';
import { GuestDevice } from './guest-device.ts';
import type { Machine } from './machine.ts';

/** What device_add is given: the model, and properties as text, in the order in which they are set. */
export interface PlugRequest {
  readonly driver: string;
  readonly bus?: string;
  readonly id?: string;
  readonly properties: Readonly<Record<string, string>>;
}

/** Where a device is plugged in. */
interface Surroundings {
  readonly machine: Machine;
  readonly graph: BlockGraph;
}

interface Plug {
  readonly driver: string;
  readonly model: DeviceModel;
  readonly bus: Bus;
  readonly id?: string;
  readonly path: string;
}

/** Plugs a device into the running machine. @throws QapiError in QEMU's words; nothing has changed then but the count of nameless devices */
export function plugDevice(request: PlugRequest, around: Surroundings): Device {
  const { devices } = around.machine;
  const driver = fullModelName(request.driver);
  const model = deviceModel(driver);
  if (model === undefined) throw new QapiError(`'${request.driver}' is not a valid device model name`);
  const bus = devices.busFor(driver, model, request.bus);
  if (!bus.isHotpluggable) throw new QapiError(`Bus '${bus.name}' does not support hotplugging`);
  if (request.id !== undefined && devices.find(request.id)) throw new QapiError(`Duplicate device ID '${request.id}'`);
  const plug = { driver, model, bus, id: request.id, path: devices.paths.ofDevice(request.id) };
  return realize(plug, setProperties(plug, request.properties, around), around);
}

interface Chosen {
  readonly values: PropertyValues;
  /** What `drive` named: a drive of the machine, or a node for which the device gets a nameless drive. */
  readonly backing?: Drive | BlockNode;
}

/** Each property is checked when it is set, before the next is looked at. */
function setProperties(plug: Plug, given: Readonly<Record<string, string>>, around: Surroundings): Chosen {
  const values = new Map<string, string | number | bigint | boolean>();
  let backing: Chosen['backing'];
  for (const [name, text] of Object.entries(given)) {
    const value = parseProperty(plug, name, text);
    if (name === 'drive') backing = text === '' ? undefined : findBacking(plug, text, around);
    if (name === 'iothread') checkIoThread(text, around.machine);
    if (name === 'bootindex') checkBootIndex(Number(value), around.machine);
    values.set(name, value);
  }
  return { values, backing };
}

function findBacking({ driver, model }: Plug, name: string, { machine, graph }: Surroundings): Drive | BlockNode {
  const drive = machine.drives.named(name);
  if (drive?.device !== undefined) {
    throw new QapiError(drive.isAutomatic
      ? `Drive '${name}' is already in use because it has been automatically connected to another device ` +
        '(did you need \'if=none\' in the drive options?)'
      : `Drive '${name}' is already in use by another device`);
  }
  if (drive !== undefined) return drive;
  const node = graph.find(name);
  // QEMU names the inner part of a virtio device, whose property it is.
  const owner = model.part === undefined ? driver : driver.replace(/-pci$/, '-device');
  if (node === undefined) throw new QapiError(`Property '${owner}.drive' can't find value '${name}'`);
  return node;
}

function checkIoThread(id: string, { objects }: Machine): void {
  const object = objects.find((candidate) => candidate.id === id);
  if (object === undefined) throw new QapiError(`Device '${id}' not found`, { class: 'DeviceNotFound' });
  if (object['qom-type'] !== 'iothread') throw new QapiError("Invalid parameter type for 'iothread', expected: iothread");
}

function checkBootIndex(index: number, { devices }: Machine): void {
  if (index >= 0 && devices.all().some(({ bootIndex }) => bootIndex === index)) {
    throw new QapiError(`The bootindex ${index} has already been used`);
  }
}

function realize(plug: Plug, { values, backing }: Chosen, { machine }: Surroundings): Device {
  const { driver, bus, id, path } = plug;
  const model = values.get('removable') === true ? { ...plug.model, removable: true, tray: true } : plug.model;
  const address = placeOnBus({ driver, bus, properties: values });
  if (model.controller) return addTo(machine, new Device({ driver, model, id, path, bus, address, properties: values }));
  if (backing === undefined && model.withoutDrive !== undefined) throw new QapiError(model.withoutDrive);
  if (!model.removable && backing instanceof Drive && backing.backend.root === undefined) {
    throw new QapiError('Device needs media, but drive is empty');
  }
  checkBlockProperties(values);
  const guest = new GuestDevice({ model, id, path, sharesWrites: values.get('share-rw') === true });
  connect({ guest, values, backing }, machine);
  return addTo(machine, new Device({ driver, model, id, path, bus, address, properties: values, guest }));
}

function addTo(machine: Machine, device: Device): Device {
  machine.devices.add(device);
  return device;
}

/** The device takes its drive, or gets a nameless one. @throws QapiError when other users of the medium do not allow it */
function connect({ guest, values, backing }: Chosen & { guest: GuestDevice }, machine: Machine): void {
  const drive = backing instanceof Drive ? backing : new Drive({ name: '', owner: 'machine', device: guest, clock: machine.clock });
  if (drive === backing) machine.drives.attach(drive, guest);
  else if (backing !== undefined) drive.insert(backing as BlockNode);
  applyBlockProperties(drive, values);
  if (drive !== backing) machine.drives.add(drive);
}
