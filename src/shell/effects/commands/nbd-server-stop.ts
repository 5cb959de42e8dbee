import { change, defineEffect, loss } from '../effect.ts';
import { textOf } from '../live-facts.ts';

export default defineEffect({
  name: 'nbd-server-stop',
  describe: (_args, { exports }) => {
    const ids = exports?.filter(({ type }) => type === 'nbd').map(({ id }) => textOf(id));
    if (ids?.length === 0) return change('stops the NBD server, which exports nothing');
    const what = ids === undefined ? 'whatever it exports' : ids.length <= 3 ? `the exports ${ids.join(', ')}` : `${ids.length} exports`;
    return loss(`stops the NBD server and ends ${what}`, 'nbd-server-stop', 'its clients are cut off');
  },
});
