import { copyTo } from '../copies.ts';
import { defineEffect } from '../effect.ts';

export default defineEffect({ name: 'blockdev-mirror', describe: (args, live) => copyTo('mirrors', args, live) });
