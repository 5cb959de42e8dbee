import { described, naming } from '../../qapi/schema.ts';
import { blockExportRemoveMode } from '../../qapi/types/block-export.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'block-export-del',
  doc: 'takes an export away; BLOCK_EXPORT_DELETED tells when it is gone',
  since: '5.2',
  data: {
    id: described(naming('export'), 'the export'),
    '*mode': described(blockExportRemoveMode, 'hard: even while clients use it'),
  },
  run: ({ id, mode }, { exports }) => exports.remove(id, { isForced: mode === 'hard' }),
});
