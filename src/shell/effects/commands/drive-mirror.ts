import { copyTo } from '../copies.ts';
import { defineEffect } from '../effect.ts';

export default defineEffect({ name: 'drive-mirror', describe: (args, live) => copyTo('mirrors', args, live) });
