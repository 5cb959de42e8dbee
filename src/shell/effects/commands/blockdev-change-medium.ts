import { change, defineEffect, loss, refusal } from '../effect.ts';
import { findDrive, textOf } from '../live-facts.ts';
import { mediumText, noDrive } from '../trays.ts';

export default defineEffect({
  name: 'blockdev-change-medium',
  describe: (args, live) => {
    const drive = findDrive(args, live);
    if (drive === undefined) return noDrive(args);
    const { name, row, medium } = drive;
    if (row.removable !== true) return refusal(`${name} is not removable`);
    const instead = medium === undefined ? '' : ` in place of ${mediumText(drive)}`;
    const text = `puts ${textOf(args.filename)} into ${name}${instead}`;
    if (row.locked !== true || row.tray_open === true) return change(text, name);
    if (args.force !== true) return { ...refusal(`the guest has locked ${name}; it is asked to let go`), subject: name };
    return loss(`${text} although the guest has locked it`, name, 'the guest is not asked, and may be using the medium');
  },
});
