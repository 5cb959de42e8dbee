import { defineEffect } from '../effect.ts';
import { removeMedium } from '../remove-medium.ts';

export default defineEffect({ name: 'x-blockdev-remove-medium', describe: removeMedium });
