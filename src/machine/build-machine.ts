import { addSecret } from './add-secret.ts';
import type { BlockGraph } from '../block/graph.ts';
import type { BlockNode } from '../block/node.ts';
import { throttleBackend } from '../block/throttle-backend.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import { parseSize } from '../qapi/size-text.ts';
import { applyBlockProperties } from './block-properties.ts';
import { placeOnBus } from './device-address.ts';
import { Device } from './device.ts';
import type { DeviceInit } from './device.ts';
import type { DeviceDescription, DriveDescription, GuestLoad, MachineDescription, ObjectDescription } from './description.ts';
import { deviceModel, fullModelName } from './device-models.ts';
import type { DeviceModel } from './device-models.ts';
import { parseProperties, propertyTexts } from './device-properties.ts';
import type { PropertyValues } from './device-properties.ts';
import { DeviceTree } from './device-tree.ts';
import { Drive } from './drive.ts';
import { atEntry } from './entry-error.ts';
import { DrivePlaces } from './drive-places.ts';
import type { DrivePlace } from './drive-places.ts';
import { driveSettings } from './drive-settings.ts';
import type { DriveSettings } from './drive-settings.ts';
import { GuestDevice } from './guest-device.ts';
import { Machine } from './machine.ts';
import { openMedium } from './open-medium.ts';
import { SyntheticGuest } from './synthetic-guest.ts';
import type { GuestIoError, Load } from './synthetic-guest.ts';
import { parseThrottleObject } from './throttle-object.ts';
import { parseThrottle } from './throttle-options.ts';

export interface BuildRequest {
  readonly description: MachineDescription;
  readonly graph: BlockGraph;
  /** Keeps a node that `blockdevs` has made, as the monitor does with those of blockdev-add. */
  readonly keep: (node: BlockNode) => void;
  readonly onGuestError?: (error: GuestIoError) => void;
}

/** Opens all images of a description and puts the machine together. @throws EntryError in QEMU's words */
export async function buildMachine({ description, graph, keep, onGuestError }: BuildRequest): Promise<Machine> {
  const { objects = [] } = description;
  const secrets = new Map<string, Buffer>();
  objects.forEach((object, index) => atEntry(['objects', index], () => {
    makeThrottleGroup(object, graph);
    makeSecret(object, { secrets, objects: objects.slice(0, index) });
  }));
  for (const [index, options] of (description.blockdevs ?? []).entries()) {
    keep(await atEntry(['blockdevs', index], () => graph.open(options)));
  }
  const devices = new DeviceTree();
  const drives = await new DriveBuilder(description, graph, devices).build();
  const { clock } = graph;
  const machine = new Machine({ drives, objects, secrets, guests: [], facts: description.machine ?? {}, devices, clock });
  const guests = (description.guest ?? []).map(({ device, reads, writes, locked }, index) => atEntry(['guest', index], () => {
    const drive = drives.find(({ backend }) => backend.name === device) ?? machine.driveOfDevice(device);
    if (locked && drive.device?.tray) drive.device.tray.locked = true;
    return new SyntheticGuest({ drive, reads: loadOf(reads), writes: loadOf(writes), onError: onGuestError });
  }));
  return new Machine({ drives, objects, secrets, guests, facts: machine.facts, devices, clock });
}

function makeThrottleGroup({ 'qom-type': type, id, ...properties }: ObjectDescription, { throttleGroups }: BlockGraph): void {
  if (type === 'throttle-group') throttleGroups.define(id, parseThrottleObject(properties));
}

function makeSecret({ 'qom-type': type, id, ...options }: ObjectDescription, there: Parameters<typeof addSecret>[2]): void {
  if (type === 'secret') addSecret(id, options, there);
}

/** The devices that QEMU puts in front of drives by their interface. */
const DEVICE_OF_INTERFACE: Readonly<Record<string, { disk: string; cdrom?: string }>> = {
  ide: { disk: 'ide-hd', cdrom: 'ide-cd' }, scsi: { disk: 'scsi-hd', cdrom: 'scsi-cd' }, floppy: { disk: 'floppy' },
  sd: { disk: 'sd-card' }, virtio: { disk: 'virtio-blk-pci' },
};

interface PlacedDrive {
  readonly drive: DriveDescription;
  readonly place: DrivePlace;
  readonly index: number;
}

class DriveBuilder {
  readonly #graph: BlockGraph;
  readonly #placed: readonly PlacedDrive[];
  readonly #devices: readonly DeviceDescription[];
  readonly #tree: DeviceTree;
  /** Devices in front of drives, by the drive's name. */
  readonly #inFront = new Map<string, GuestDevice>();
  readonly #standalone: { readonly device: GuestDevice; readonly node?: string; readonly index: number }[] = [];
  readonly #ids = new Set<string>();
  readonly #properties = new Map<GuestDevice, PropertyValues>();

  constructor(description: MachineDescription, graph: BlockGraph, tree: DeviceTree) {
    this.#tree = tree;
    const places = new DrivePlaces();
    this.#graph = graph;
    this.#placed = (description.drives ?? []).map((drive, index) => (
      { drive, index, place: atEntry(['drives', index], () => places.place(drive)) }));
    this.#devices = description.devices ?? [];
  }

  async build(): Promise<Drive[]> {
    this.#makeDevices();
    const drives: Drive[] = [];
    for (const placed of this.#placed) drives.push(await atEntry(['drives', placed.index], () => this.#openDrive(placed)));
    for (const { device, node, index } of this.#standalone) {
      const drive = new Drive({ name: '', owner: 'machine', device, clock: this.#graph.clock });
      applyBlockProperties(drive, this.#properties.get(device)!);
      if (node !== undefined) atEntry(['devices', index], () => drive.insert(this.#graph.findRoot(node)));
      drives.push(drive);
    }
    return drives;
  }

  #makeDevices(): void {
    const floppies = this.#placed.filter(({ place }) => place.interface === 'floppy').length;
    const withDevice = this.#placed.filter(({ place }) => place.interface !== 'none');
    const [virtio, onBoard] = [withDevice.filter(isVirtio), withDevice.filter((placed) => !isVirtio(placed))];
    const ofDrive = (placed: PlacedDrive) => atEntry(['drives', placed.index], () => this.#makeDeviceOf(placed, floppies));
    onBoard.forEach(ofDrive);
    this.#devices.forEach((description, index) => atEntry(['devices', index], () => this.#makeDevice(description, index)));
    virtio.forEach(ofDrive);
  }

  #makeDeviceOf({ drive, place }: PlacedDrive, floppies: number): void {
    const { disk, cdrom } = DEVICE_OF_INTERFACE[place.interface]!;
    const driver = drive.media === 'cdrom' ? (cdrom ?? disk) : disk;
    const model = deviceModel(driver)!;
    checkMedium(model, hasMedium(drive));
    const guest = new GuestDevice({ model, path: this.#tree.paths.ofDrive(place.interface, floppies) });
    const bus = this.#tree.findBus(`ide.${place.bus}`);
    this.#plug({ driver, model, path: guest.qomPath, bus: model.bus === 'IDE' ? bus : this.#tree.busOfType(model.bus), guest });
    this.#inFront.set(place.id, guest);
  }

  /** A device whose bus the description leaves out of the machine is somewhere all the same. */
  #plug(init: Omit<DeviceInit, 'address'>): void {
    const { driver, bus, properties = new Map() } = init;
    this.#tree.add(new Device({ ...init, address: bus && placeOnBus({ driver, bus, properties }) }));
  }

  #makeDevice(description: DeviceDescription, index: number): void {
    const { id, drive, bus: busName } = description;
    const driver = fullModelName(description.driver);
    const model = deviceModel(driver);
    if (model === undefined) throw new QapiError(`'${description.driver}' is not a valid device model name`);
    if (id !== undefined && this.#ids.has(id)) throw new QapiError(`Duplicate ID '${id}' for device`);
    if (id !== undefined) this.#ids.add(id);
    const properties = parseProperties({ driver, model, id }, propertyTexts(description));
    const path = this.#tree.paths.ofDevice(id);
    const bus = busName === undefined ? this.#tree.busOfType(model.bus) : this.#tree.busFor(driver, model, busName);
    const device = new GuestDevice({ model, id, path, sharesWrites: properties.get('share-rw') === true });
    this.#properties.set(device, properties);
    this.#plug({ driver, model, id, path, bus, properties, ...(!model.controller && { guest: device }) });
    if (model.controller) return;
    if (drive === undefined) {
      if (model.withoutDrive !== undefined) throw new QapiError(model.withoutDrive);
      this.#standalone.push({ device, index });
    } else this.#connect(device, { name: drive, driver, index });
  }

  #connect(device: GuestDevice, { name, driver, index }: { name: string; driver: string; index: number }): void {
    const placed = this.#placed.find(({ place }) => place.id === name);
    if (placed === undefined && this.#graph.find(name) === undefined) {
      throw new QapiError(`Property '${driver}.drive' can't find value '${name}'`);
    }
    if (placed === undefined) {
      this.#standalone.push({ device, node: name, index });
      return;
    }
    if (this.#inFront.has(name)) throw new QapiError(`Drive '${name}' is already in use by another device`);
    checkMedium(device.model, hasMedium(placed.drive));
    if (device.model.needsWrites && driveSettings(placed.drive).rootState.readOnly) throw new QapiError('Cannot use read-only drive as SD card');
    this.#inFront.set(name, device);
  }

  async #openDrive({ drive, place }: PlacedDrive): Promise<Drive> {
    const settings = hasMedium(drive) ? driveSettings(drive) : withoutStatistics(driveSettings(drive));
    const throttle = parseThrottle(drive, place.id);
    const device = this.#inFront.get(place.id);
    const { clock, throttleGroups } = this.#graph;
    const made = new Drive({ name: place.id, owner: 'machine', settings, clock, device, isAutomatic: place.interface !== 'none' });
    const properties = device && this.#properties.get(device);
    if (properties) applyBlockProperties(made, properties);
    const node = await openMedium(this.#graph, drive, settings.rootState);
    if (node !== undefined) {
      made.insert(node);
      await this.#graph.release(node);
    }
    if (throttle) throttleBackend(made.backend, throttleGroups, { ...throttle, name: place.id });
    this.#graph.backends.set(place.id, made.backend);
    return made;
  }
}

const isVirtio = ({ place }: PlacedDrive) => place.interface === 'virtio';

const hasMedium = (drive: DriveDescription) => drive.file !== '' && (drive.file !== undefined || drive.driver !== undefined ||
  Object.keys(drive).some((key) => key.startsWith('file.')));

/** As in QEMU, a drive that is empty at the start keeps its statistics as if nothing had been said of them. */
const withoutStatistics = (settings: DriveSettings): DriveSettings => ({ ...settings, statistics: undefined });

function checkMedium(model: DeviceModel, present: boolean): void {
  if (!present && !model.removable) throw new QapiError('Device needs media, but drive is empty');
}

function loadOf(load: GuestLoad | undefined): Load | undefined {
  if (load === undefined) return undefined;
  const size = Number(typeof load.size === 'number' ? load.size : parseSize(load.size) ?? NaN);
  if (!(size > 0 && size % 512 === 0)) throw new QapiError(`guest: size '${load.size}' is not a multiple of 512 bytes`);
  return { iops: load.iops, size };
}
