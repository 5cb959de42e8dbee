import { defineCommand } from '../define-command.ts';
import { driveMembers, findDrive, nameGiven } from '../find-drive.ts';
import { closeTray } from '../tray.ts';

export default defineCommand({
  name: 'blockdev-close-tray',
  doc: 'close the tray; a medium in it becomes accessible to the guest',
  since: '2.5',
  data: driveMembers,
  run: (args, engine) => closeTray({ drive: findDrive(args, engine), name: nameGiven(args) }, engine),
});
