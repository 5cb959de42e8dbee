import { change, defineEffect, loss, refusal } from '../effect.ts';
import { fileOf, findDrive, findImage, holdersOf, textOf } from '../live-facts.ts';

/** Up to 2.8 this deletes a drive by its `id` or a node. */
export default defineEffect({
  name: 'x-blockdev-del',
  describe: ({ id, 'node-name': node }, live) => {
    const name = textOf(id) || textOf(node);
    const drive = textOf(id) === '' ? undefined : findDrive({ device: id }, live);
    const image = drive?.medium ?? findImage(name, live);
    if (drive === undefined && image === undefined) return refusal(`there is no device or node '${name}'`);
    const what = image === undefined ? name : `${name} (${fileOf(image)})`;
    const holder = drive === undefined ? holdersOf(name, live).join(', ') : textOf(drive.row.qdev);
    if (holder === '') return change(`closes ${what}; the file stays`, name);
    return loss(`takes ${what} away from ${holder}; refused as long as it is in use there`, name, `${holder} would lose it`);
  },
});
