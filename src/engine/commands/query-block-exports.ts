import { list } from '../../qapi/schema.ts';
import { blockExportInfo } from '../../qapi/types/block-export.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'query-block-exports',
  doc: 'every export, the newest first',
  since: '5.2',
  returns: list(blockExportInfo),
  run: (_, { exports }) => [...exports.all()].reverse().map(({ id, node, isClosing }) => (
    { id, 'type': 'nbd' as const, 'node-name': node.name, 'shutting-down': isClosing })),
});
