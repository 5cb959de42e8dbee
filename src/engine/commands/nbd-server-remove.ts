import { described, enumeration, naming } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'nbd-server-remove',
  doc: 'takes an NBD export away',
  since: '2.12',
  data: {
    name: described(naming('export'), 'export name'),
    '*mode': described(enumeration('BlockExportRemoveMode', ['safe', 'hard']), 'hard: even while clients use it'),
  },
});
