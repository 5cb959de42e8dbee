import type { Snapshot } from '../live-state.ts';
import { change, loss, refusal } from './effect.ts';
import type { Arguments, Effect } from './effect.ts';
import { allocated, countOf, fileOf, findImage, holdersOf, nodeName, object, sizeText, textOf, virtualSize } from './live-facts.ts';
import type { Row } from './live-facts.ts';
import { openerOf } from './open-file.ts';

/** What a job that copies a whole device comes to: how much it may have to copy, and where to. */
export function copyTo(verb: string, args: Arguments, live: Snapshot): Effect {
  const { device, target, sync, mode } = args;
  const source = textOf(device);
  const image = findImage(source, live);
  if (image === undefined) return refusal(`there is no device or node '${source}' with a medium`);
  const node = findImage(target, live);
  const to = node === undefined ? textOf(target) : `${textOf(target)} (${fileOf(node)})`;
  const text = `${verb} ${source} to ${to}${amountText(image, args)}${mode === 'existing' ? ', over what the file holds' : ''}`;
  const users = holdersOf(node === undefined ? undefined : nodeName(node), live);
  if (users.length > 0) return loss(text, textOf(target), `OVERWRITES what ${users.join(', ')} uses; refused where it is not shared`);
  const opener = node === undefined ? openerOf(target, live) : undefined;
  if (opener !== undefined) return loss(text, textOf(target), `OVERWRITES the file, which ${opener} has open`);
  const size = node === undefined ? undefined : virtualSize(node);
  const needed = virtualSize(image);
  if (size !== undefined && needed !== undefined && size !== needed && sync !== 'none') {
    return { ...change(`${text}; their sizes differ: ${sizeText(needed)} to ${sizeText(size)}`, source) };
  }
  return change(text, source);
}

/** What the sync mode says of how much is copied, as far as the images tell. */
function amountText(image: Row, { sync, bitmap }: Arguments): string {
  const whole = sizeText(virtualSize(image));
  switch (sync) {
    case 'full': return `: up to ${sizeText(chainAllocated(image))} of ${whole} allocated`;
    case 'top': return `: up to ${sizeText(allocated(image))} of ${whole} allocated, without the backing images`;
    case 'incremental': case 'bitmap': return `: ${markedText(image, bitmap)}`;
    case 'none': return ', only what is written from now on';
    default: return '';
  }
}

function markedText(image: Row, name: unknown): string {
  const bitmaps = (image['dirty-bitmaps'] ?? []) as readonly Row[];
  const found = bitmaps.find((row) => row.name === name);
  return found === undefined ? `there is no bitmap '${textOf(name)}'` : `the ${sizeText(countOf(found.count))} that ${textOf(name)} marks`;
}

/** Bytes that an image and all below it take. */
export function chainAllocated(row: Row): number | undefined {
  let sum = 0;
  let at: unknown = row.image;
  while (at !== undefined) {
    const size = countOf(object(at)['actual-size']);
    if (size === undefined) return undefined;
    sum += size;
    at = object(at)['backing-image'];
  }
  return sum;
}
