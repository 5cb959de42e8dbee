import { QapiError } from '../qapi/qapi-error.ts';
import type { Bus } from './bus.ts';
import type { DeviceAddress } from './device.ts';
import type { PropertyValues } from './device-properties.ts';

export interface Placement {
  readonly driver: string;
  readonly bus: Bus;
  readonly properties: PropertyValues;
}

/** The place that a new device gets on its bus. @throws QapiError in QEMU's words when it is taken or there is none */
export function placeOnBus(placement: Placement): DeviceAddress | undefined {
  switch (placement.bus.type) {
    case 'PCI': return placeOnPci(placement);
    case 'SCSI': return placeOnScsi(placement);
    case 'floppy-bus': return placeOnFloppyBus(placement);
    default: return undefined;
  }
}

const FLOPPIES = 2;

function placeOnFloppyBus({ bus, properties }: Placement): DeviceAddress {
  const isTaken = (unit: number): boolean => bus.devices.some(({ address }) => address?.[0] === unit);
  const given = properties.get('unit');
  const unit = given === undefined ? [0, 1].find((one) => !isTaken(one)) ?? FLOPPIES : Number(given);
  if (unit >= FLOPPIES) throw new QapiError(`Can't create floppy unit ${unit}, bus supports only ${FLOPPIES} units`);
  if (isTaken(unit)) throw new QapiError(`Floppy unit ${unit} is in use`);
  return [unit, 0];
}

const SLOTS = 32;
/** What the board itself has on its PCI bus, by slot. */
const ON_BOARD = ['i440FX', 'PIIX3'];

function placeOnPci({ driver, bus, properties }: Placement): DeviceAddress {
  const given = properties.get('addr');
  if (given !== undefined) {
    const [slot, part] = [Math.floor(Number(given) / 8), Number(given) % 8];
    const user = userOfSlot(bus, slot, part);
    if (user === undefined) return [slot, part];
    throw new QapiError(`PCI: slot ${slot} function ${part} not available for ${driver}, in use by ${user}`);
  }
  for (let slot = 0; slot < SLOTS; slot++) if (userOfSlot(bus, slot, 0) === undefined) return [slot, 0];
  throw new QapiError(`PCI: no slot/function available for ${driver}, all in use or reserved`);
}

function userOfSlot(bus: Bus, slot: number, part: number): string | undefined {
  const device = bus.devices.find(({ address }) => address?.[0] === slot && address[1] === part);
  if (device !== undefined) return `${device.driver},id=${device.id ?? ''}`;
  return part === 0 && ON_BOARD[slot] !== undefined ? `${ON_BOARD[slot]},id=(null)` : undefined;
}

function placeOnScsi({ bus, properties }: Placement): DeviceAddress {
  const { highest } = bus;
  const number = (name: string) => (properties.has(name) ? Number(properties.get(name)) : undefined);
  const [channel = 0, target, lun] = [number('channel'), number('scsi-id'), number('lun')];
  if (channel > 0) throw new QapiError(`bad scsi channel id: ${channel}`);
  if (target !== undefined && target > highest.target) throw new QapiError(`bad scsi device id: ${target}`);
  if (lun !== undefined && lun > highest.lun) throw new QapiError(`bad scsi device lun: ${lun}`);
  const user = (first: number, second: number) => bus.devices.find(({ address }) => address?.[0] === first && address[1] === second);
  const firstFree = (last: number, isTaken: (at: number) => boolean, what: string) => {
    for (let at = 0; at <= last; at++) if (!isTaken(at)) return at;
    throw new QapiError(`no free ${what}`);
  };
  if (target === undefined) {
    const taken = new Set(bus.devices.flatMap(({ address }) => (address?.[1] === (lun ?? 0) ? [address[0]] : [])));
    return [firstFree(highest.target, (at) => taken.has(at), 'target'), lun ?? 0];
  }
  if (lun === undefined) return [target, firstFree(highest.lun, (at) => user(target, at) !== undefined, 'lun')];
  const taken = user(target, lun);
  if (taken !== undefined) throw new QapiError(`lun already used by '${taken.id ?? '(null)'}'`);
  return [target, lun];
}
