import { defineEffect, loss } from '../effect.ts';
import { fileOf, findDrive, textOf } from '../live-facts.ts';

export default defineEffect({
  name: 'device_del',
  describe: ({ id }, live) => {
    const device = textOf(id);
    const drive = findDrive({ id }, live);
    const what = drive?.medium === undefined ? '' : ` with ${drive.name === device ? '' : `${drive.name}, `}${fileOf(drive.medium)}`;
    return loss(`asks the guest to let go of ${device}${what}, and unplugs it`, device, 'the guest loses the device');
  },
});
