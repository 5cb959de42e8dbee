import { change, defineEffect, loss } from '../effect.ts';
import { allocated, countOf, fileOf, findImage, object, sizeText, textOf } from '../live-facts.ts';

export default defineEffect({
  name: 'blockdev-create',
  describe: ({ options }, live) => {
    const { driver, file, filename, size } = object(options);
    const what = `a ${textOf(driver)} image${size === undefined ? '' : ` of ${sizeText(countOf(size))}`}`;
    const target = findImage(file, live);
    if (target === undefined) return change(`creates ${what}${textOf(filename) === '' ? '' : ` in ${textOf(filename)}`}`);
    const node = textOf(file);
    const used = allocated(target);
    if (used === 0) return change(`makes ${what} of ${node} (${fileOf(target)})`, node);
    return loss(`makes ${what} of ${node} (${fileOf(target)})`, node, `the ${sizeText(used)} that it holds are lost`);
  },
});
