import { blockdevChangeReadOnlyMode } from '../../qapi/types/blockdev-enums.ts';
import { bool, described, naming } from '../../qapi/schema.ts';
import type { RootState } from '../../machine/drive-settings.ts';
import { defineCommand } from '../define-command.ts';
import { driveMembers, findDrive, nameGiven } from '../find-drive.ts';
import { insertMedium, removeMedium } from '../medium.ts';
import { closeTray, openTray, refuseLocked } from '../tray.ts';

/** The new image is opened first: when that fails, the old medium stays and no tray moves. */
export default defineCommand({
  name: 'blockdev-change-medium',
  doc: 'eject the medium and insert an image file',
  since: '2.5',
  data: {
    ...driveMembers,
    filename: described(naming('file'), 'the new image'),
    '*format': described(naming('format'), 'probed when not given'),
    '*force': described(bool, 'even if the guest has locked the tray'),
    '*read-only-mode': described(blockdevChangeReadOnlyMode, 'default: retain'),
  },
  run: async (args, engine) => {
    const [drive, name] = [findDrive(args, engine), nameGiven(args)];
    const { cache, discard, detectZeroes, readOnly } = drive.rootState;
    const node = await engine.graph.openFile(args.filename, {
      format: args.format, readOnly: isReadOnly(args['read-only-mode'], readOnly), cache, discard, detectZeroes,
    });
    try {
      if (openTray({ drive, name, force: args.force }, engine) === 'locked') refuseLocked(name);
      await removeMedium({ drive, name }, engine);
      insertMedium(drive, node);
    } finally {
      await engine.graph.release(node);
    }
    closeTray({ drive, name }, engine);
  },
});

function isReadOnly(mode: 'retain' | 'read-only' | 'read-write' | undefined, before: RootState['readOnly']): boolean {
  return mode === undefined || mode === 'retain' ? before : mode === 'read-only';
}
