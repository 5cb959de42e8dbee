import { bool, described } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';
import { driveMembers, findDrive, nameGiven } from '../find-drive.ts';
import { removeMedium } from '../medium.ts';
import { openTray, refuseLocked } from '../tray.ts';

export default defineCommand({
  name: 'eject',
  doc: 'open the tray and take the medium out',
  since: '0.14',
  data: { ...driveMembers, '*force': described(bool, 'even if the guest has locked the tray') },
  run: async (args, engine) => {
    const [drive, name] = [findDrive(args, engine), nameGiven(args)];
    if (openTray({ drive, name, force: args.force }, engine) === 'locked') refuseLocked(name);
    await removeMedium({ drive, name }, engine);
  },
});
