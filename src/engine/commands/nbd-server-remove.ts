import { described, naming } from '../../qapi/schema.ts';
import { blockExportRemoveMode } from '../../qapi/types/block-export.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'nbd-server-remove',
  doc: 'takes an NBD export away',
  since: '2.12',
  data: {
    name: described(naming('export'), 'export name'),
    '*mode': described(blockExportRemoveMode, 'hard: even while clients use it'),
  },
  run: ({ name, mode }, { exports }) => exports.remove(name, { isForced: mode === 'hard' }),
});
