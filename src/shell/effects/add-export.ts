import type { Snapshot } from '../live-state.ts';
import { change, refusal } from './effect.ts';
import type { Arguments, Effect } from './effect.ts';
import { fileOf, findImage, holdersOf, nodeName, textOf } from './live-facts.ts';

/** What offering an image to others comes to. */
export function addExport(name: unknown, { writable }: Arguments, live: Snapshot): Effect {
  const image = findImage(name, live);
  if (image === undefined) return refusal(`there is no device or node '${textOf(name)}' with a medium`);
  const shared = holdersOf(nodeName(image), live);
  const beside = writable === true && shared.length > 0 ? `; ${shared.join(', ')} uses it too` : '';
  return change(`offers ${textOf(name)} (${fileOf(image)}) to others, ${writable === true ? 'to write' : 'to read only'}${beside}`, textOf(name));
}
