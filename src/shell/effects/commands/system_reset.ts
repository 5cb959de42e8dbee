import { defineEffect, loss } from '../effect.ts';

export default defineEffect({
  name: 'system_reset',
  describe: () => loss('restarts the guest as by its reset button', 'system_reset', 'the guest loses what it has not written'),
});
