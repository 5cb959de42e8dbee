import { change, defineEffect } from '../effect.ts';
import { findDrive } from '../live-facts.ts';
import { takeOut } from '../trays.ts';

export default defineEffect({
  name: 'blockdev-open-tray',
  describe: (args, live) => {
    const drive = findDrive(args, live);
    if (drive?.row.tray_open === true) return change(`changes nothing: the tray of ${drive.name} is open`, drive.name);
    return takeOut(args, live, (name, medium) => `opens the tray of ${name} with ${medium} in it`);
  },
});
