import { defineCommand } from '../define-command.ts';
import { driveMembers, findDrive, nameGiven } from '../find-drive.ts';
import { removeMedium } from '../medium.ts';

export default defineCommand({
  name: 'blockdev-remove-medium',
  doc: 'take the medium out of a drive whose tray is open',
  since: '2.12',
  data: driveMembers,
  run: (args, engine) => removeMedium({ drive: findDrive(args, engine), name: nameGiven(args) }, engine),
});
