import { bool, described } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';
import { driveMembers, findDrive, nameGiven } from '../find-drive.ts';
import { openTray } from '../tray.ts';

export default defineCommand({
  name: 'blockdev-open-tray',
  doc: 'open the tray; a locked one only asks the guest to',
  since: '2.5',
  data: { ...driveMembers, '*force': described(bool, 'even if the guest has locked the tray') },
  run: (args, engine) => {
    openTray({ drive: findDrive(args, engine), name: nameGiven(args), force: args.force }, engine);
  },
});
