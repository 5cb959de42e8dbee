import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'object_del',
  args: 'id:s',
  usage: 'id',
  doc: 'remove an object',
  needs: ['object-del'],
  completes: { id: { names: ['object'] } },
  request: ({ id }) => ({ command: 'object-del', args: { id } }),
});
