import type { Snapshot } from '../../live-state.ts';
import { change, defineEffect, loss } from '../effect.ts';
import type { Effect } from '../effect.ts';
import { allocated, countOf, fileOf, findImage, object, sizeText, textOf } from '../live-facts.ts';
import { openerOf } from '../open-file.ts';

export default defineEffect({
  name: 'blockdev-create',
  describe: ({ options }, live) => {
    const { driver, file, filename, size } = object(options);
    const what = `a ${textOf(driver)} image${size === undefined ? '' : ` of ${sizeText(countOf(size))}`}`;
    const target = findImage(file, live);
    if (target === undefined) return createsFile(what, textOf(filename) || textOf(object(file).filename), live);
    const node = textOf(file);
    const used = allocated(target);
    if (used === 0) return change(`makes ${what} of ${node} (${fileOf(target)})`, node);
    return loss(`makes ${what} of ${node} (${fileOf(target)})`, node, `the ${sizeText(used)} that it holds are lost`);
  },
});

/** Whether the file is there already, no monitor tells; but who has it open is known. */
function createsFile(what: string, filename: string, live: Snapshot): Effect {
  if (filename === '') return change(`creates ${what}`);
  const opener = openerOf(filename, live);
  if (opener !== undefined) return loss(`creates ${what} in ${filename}`, filename, `OVERWRITES the file, which ${opener} has open`);
  return change(`creates ${what} in ${filename}, over what the file holds if it is there`, filename);
}
