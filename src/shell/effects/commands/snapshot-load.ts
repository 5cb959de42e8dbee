import { defineEffect, loss } from '../effect.ts';
import { textOf } from '../live-facts.ts';

export default defineEffect({
  name: 'snapshot-load',
  describe: ({ tag }) => loss(`goes back to the snapshot ${textOf(tag)}`, textOf(tag), 'disks and memory lose all that came after it'),
});
