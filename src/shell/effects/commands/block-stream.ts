import { chainAllocated } from '../copies.ts';
import { change, defineEffect, refusal } from '../effect.ts';
import { allocated, findImage, object, sizeText, textOf } from '../live-facts.ts';

export default defineEffect({
  name: 'block-stream',
  describe: ({ device, base, 'base-node': baseNode }, live) => {
    const name = textOf(device);
    const image = findImage(name, live);
    if (image === undefined) return refusal(`there is no device or node '${name}' with a medium`);
    if (object(image.image)['backing-image'] === undefined) return change(`does nothing: ${name} has no backing image`, name);
    const until = textOf(base) || textOf(baseNode);
    const all = chainAllocated(image);
    const below = all === undefined ? undefined : all - (allocated(image) ?? 0);
    const what = until === '' ? `up to ${sizeText(below)} of all backing images into ${name}, which needs none then` : `what lies above ${until} into ${name}`;
    return change(`copies ${what}`, name);
  },
});
