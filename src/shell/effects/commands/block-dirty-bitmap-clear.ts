import { defineEffect } from '../effect.ts';
import { loseBitmap } from '../lose-bitmap.ts';

export default defineEffect({ name: 'block-dirty-bitmap-clear', describe: (args, live) => loseBitmap(args, live, 'clears') });
