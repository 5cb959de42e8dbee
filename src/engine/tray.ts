import type { Drive } from '../machine/drive.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import type { Engine } from './engine.ts';

export interface OpenTrayRequest {
  readonly drive: Drive;
  /** What the client called the drive. */
  readonly name: string;
  readonly force?: boolean;
}

/** What came of the wish to open a tray; `locked`: the guest was asked to open it. */
export type TrayOpening = 'open' | 'no-tray' | 'locked';

/** @throws QapiError when the device's media cannot be changed */
export function checkRemovable(drive: Drive, name: string): void {
  if (!drive.isRemovable) throw new QapiError(`Device '${name}' is not removable`);
}

/** Opens the tray, if there is one and the guest has not locked it. @throws QapiError when the device is not removable */
export function openTray({ drive, name, force }: OpenTrayRequest, engine: Engine): TrayOpening {
  checkRemovable(drive, name);
  const tray = drive.device?.tray;
  if (tray === undefined) return 'no-tray';
  if (tray.open) return 'open';
  if (tray.locked && !force) return 'locked';
  tray.locked = false;
  moveTray(drive, true, engine);
  return 'open';
}

/** Closes the tray, if there is one. @throws QapiError when the device is not removable */
export function closeTray({ drive, name }: OpenTrayRequest, engine: Engine): void {
  checkRemovable(drive, name);
  if (drive.device?.tray?.open) moveTray(drive, false, engine);
}

/** What commands that need the tray open say to a locked one. */
export function refuseLocked(name: string): never {
  throw new QapiError(`Device '${name}' is locked and force was not specified, wait for tray to open and try again`);
}

function moveTray(drive: Drive, open: boolean, { events }: Engine): void {
  const device = drive.device!;
  device.tray!.open = open;
  events.emit('DEVICE_TRAY_MOVED', { device: drive.backend.name, 'tray-open': open, id: device.qdev });
}
