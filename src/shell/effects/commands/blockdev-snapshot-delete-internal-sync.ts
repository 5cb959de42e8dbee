import { defineEffect, loss, refusal } from '../effect.ts';
import { findImage, object, rows, textOf } from '../live-facts.ts';

export default defineEffect({
  name: 'blockdev-snapshot-delete-internal-sync',
  describe: ({ device, id, name }, live) => {
    const image = findImage(device, live);
    if (image === undefined) return refusal(`there is no device or node '${textOf(device)}' with a medium`);
    const found = rows(object(image.image).snapshots)
      .find((row) => (name === undefined || row.name === name) && (id === undefined || row.id === id) && (name ?? id) !== undefined);
    if (found === undefined) return refusal(`${textOf(device)} has no snapshot '${textOf(name) || textOf(id)}'`);
    const tag = textOf(found.name);
    return loss(`deletes the snapshot ${tag} (id ${textOf(found.id)}) of ${textOf(device)}`, tag, 'what it kept is gone');
  },
});
