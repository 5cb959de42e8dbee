import { copyTo } from '../copies.ts';
import { defineEffect } from '../effect.ts';

export default defineEffect({ name: 'blockdev-backup', describe: (args, live) => copyTo('backs up', args, live) });
