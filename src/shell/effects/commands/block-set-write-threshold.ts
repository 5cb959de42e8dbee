import { change, defineEffect, refusal } from '../effect.ts';
import { allocated, countOf, findImage, sizeText, textOf } from '../live-facts.ts';

export default defineEffect({
  name: 'block-set-write-threshold',
  describe: ({ 'node-name': node, 'write-threshold': threshold }, live) => {
    const image = findImage(node, live);
    if (image === undefined) return refusal(`there is no node '${textOf(node)}'`);
    const bytes = countOf(threshold);
    if (bytes === 0) return change(`watches ${textOf(node)} no longer`, textOf(node));
    return change(`tells when ${textOf(node)} is written beyond ${sizeText(bytes)} (its file takes ${sizeText(allocated(image))} now)`, textOf(node));
  },
});
