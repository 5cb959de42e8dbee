import { defineEffect } from '../effect.ts';
import { addExport } from '../add-export.ts';

export default defineEffect({ name: 'nbd-server-add', describe: (args, live) => addExport(args.device, args, live) });
