import { defineEffect } from '../effect.ts';
import { addExport } from '../add-export.ts';

export default defineEffect({ name: 'block-export-add', describe: (args, live) => addExport(args['node-name'], args, live) });
