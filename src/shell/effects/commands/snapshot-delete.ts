import { defineEffect, loss } from '../effect.ts';
import { textOf } from '../live-facts.ts';

export default defineEffect({
  name: 'snapshot-delete',
  describe: ({ tag }) => loss(`deletes the snapshot ${textOf(tag)}`, textOf(tag), 'what it kept is gone'),
});
