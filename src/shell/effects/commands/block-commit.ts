import { change, defineEffect, refusal } from '../effect.ts';
import { allocated, fileOf, findImage, object, sizeText, textOf } from '../live-facts.ts';

export default defineEffect({
  name: 'block-commit',
  describe: (args, live) => {
    const name = textOf(args.device);
    const image = findImage(name, live);
    if (image === undefined) return refusal(`there is no device or node '${name}' with a medium`);
    if (object(image.image)['backing-image'] === undefined) return refusal(`${name} has no backing image`);
    const base = textOf(args['base-node']) || textOf(args.base) || 'its deepest backing image';
    const others = '; other images on top of it turn wrong';
    const top = textOf(args['top-node']) || textOf(args.top);
    if (top !== '') return change(`writes ${top} and what lies between down into ${base}${others}`, name);
    return change(`writes ${fileOf(image)} (up to ${sizeText(allocated(image))}) down into ${base}; once ready, completing goes on with ${base}${others}`, name);
  },
});
