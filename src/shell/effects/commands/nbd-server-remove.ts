import { defineEffect } from '../effect.ts';
import { endExport } from '../end-export.ts';
import { textOf } from '../live-facts.ts';

export default defineEffect({
  name: 'nbd-server-remove',
  describe: ({ name, mode }, live) => endExport(textOf(name), mode, live),
});
