import { defineEffect } from '../effect.ts';
import { insertMedium } from '../insert-medium.ts';

export default defineEffect({ name: 'x-blockdev-insert-medium', describe: insertMedium });
