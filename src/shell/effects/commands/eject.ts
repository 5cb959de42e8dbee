import { defineEffect } from '../effect.ts';
import { takeOut } from '../trays.ts';

export default defineEffect({
  name: 'eject',
  describe: (args, live) => takeOut(args, live, (drive, medium) => `ejects ${medium} from ${drive}`),
});
