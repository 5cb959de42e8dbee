import { blockdevSnapshot } from '../../qapi/types/blockdev-snapshot.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'blockdev-snapshot',
  doc: 'puts an existing node on top of another as its overlay',
  since: '2.5',
  data: blockdevSnapshot,
});
