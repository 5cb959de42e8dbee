import { described, naming } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';
import { driveMembers, findDrive } from '../find-drive.ts';
import { findInsertable, insertMedium } from '../medium.ts';

export default defineCommand({
  name: 'blockdev-insert-medium',
  doc: 'put a node into an empty drive whose tray is open',
  since: '2.12',
  data: { ...driveMembers, 'node-name': described(naming('node'), 'root of the new medium') },
  run: (args, engine) => insertMedium(findDrive(args, engine), findInsertable(args['node-name'], engine)),
});
