import { change, defineEffect, loss, refusal } from '../effect.ts';
import { fileOf, findImage, holdersOf, textOf, usersOf } from '../live-facts.ts';

export default defineEffect({
  name: 'blockdev-del',
  describe: ({ 'node-name': node }, live) => {
    const name = textOf(node);
    const image = findImage(name, live);
    if (image === undefined) return refusal(`there is no node '${name}'`);
    const holders = holdersOf(name, live).join(', ');
    const users = usersOf(name, live).join(', ');
    if (holders === '' && users !== '') return refusal(`${users} stands on ${name}`);
    if (holders === '') return change(`closes ${name}; its file ${fileOf(image)} stays`, name);
    return loss(`takes ${name} (${fileOf(image)}) away from ${holders}; refused as long as it is in use there`, name, `${holders} would lose its medium`);
  },
});
