import { change, defineEffect } from '../effect.ts';
import { findDrive } from '../live-facts.ts';
import { mediumText, noDrive } from '../trays.ts';

export default defineEffect({
  name: 'blockdev-close-tray',
  describe: (args, live) => {
    const drive = findDrive(args, live);
    if (drive === undefined) return noDrive(args);
    if (drive.row.tray_open === false) return change(`changes nothing: the tray of ${drive.name} is closed`, drive.name);
    return change(`closes the tray of ${drive.name} with ${mediumText(drive)} in it`, drive.name);
  },
});
