import { defineEffect } from '../effect.ts';
import { powerDown } from '../power-down.ts';

export default defineEffect({ name: 'system_powerdown', describe: powerDown });
