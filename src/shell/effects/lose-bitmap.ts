import type { Snapshot } from '../live-state.ts';
import { change, loss, refusal } from './effect.ts';
import type { Arguments, Effect } from './effect.ts';
import { countOf, findImage, rows, sizeText, textOf } from './live-facts.ts';

/** What taking the marks of a dirty bitmap away comes to: an incremental backup by it would miss them. */
export function loseBitmap({ node, name }: Arguments, live: Snapshot, verb: string): Effect {
  const wanted = textOf(name);
  const image = findImage(node, live);
  const bitmap = rows(image?.['dirty-bitmaps']).find((row) => row.name === wanted);
  if (image === undefined || bitmap === undefined) return refusal(`there is no bitmap '${wanted}' on '${textOf(node)}'`);
  const marked = countOf(bitmap.count) ?? 0;
  if (bitmap.busy === true) return refusal(`the bitmap ${wanted} is in use`);
  const text = `${verb} the bitmap ${wanted}, in which ${sizeText(marked)} are marked`;
  return marked === 0 ? change(text, wanted) : loss(text, wanted, 'an incremental backup by it would miss them');
}
