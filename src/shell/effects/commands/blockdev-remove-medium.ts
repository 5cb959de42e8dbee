import { defineEffect } from '../effect.ts';
import { removeMedium } from '../remove-medium.ts';

export default defineEffect({ name: 'blockdev-remove-medium', describe: removeMedium });
