import type { Drive } from '../machine/drive.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import { described, naming } from '../qapi/schema.ts';
import type { Engine } from './engine.ts';

/** How commands about a guest device name it. */
export const driveMembers = {
  '*device': described(naming('device'), 'the drive'),
  '*id': described(naming('qdev'), 'the guest device, by id or QOM path'),
} as const;

export interface DriveArguments {
  readonly device?: string | undefined;
  readonly id?: string | undefined;
}

/** @throws QapiError unless exactly one name is given, and DeviceNotFound */
export function findDrive({ device, id }: DriveArguments, { machine }: Engine): Drive {
  if ((device === undefined) === (id === undefined)) throw new QapiError("Need exactly one of 'device' and 'id'");
  return device === undefined ? machine.driveOfDevice(id!) : machine.driveNamed(device);
}

/** The name that the client used, for errors. */
export const nameGiven = ({ device, id }: DriveArguments): string => id ?? device ?? '';
