import { defineEffect } from '../effect.ts';
import { endExport } from '../end-export.ts';
import { textOf } from '../live-facts.ts';

export default defineEffect({
  name: 'block-export-del',
  describe: ({ id, mode }, live) => endExport(textOf(id), mode, live),
});
