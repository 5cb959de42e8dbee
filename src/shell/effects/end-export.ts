import type { Snapshot } from '../live-state.ts';
import { change, loss, refusal } from './effect.ts';
import type { Effect } from './effect.ts';
import { textOf } from './live-facts.ts';

/** What ending an export comes to; only the mode 'hard' does not mind that clients use it. */
export function endExport(id: string, mode: unknown, { exports }: Snapshot): Effect {
  const found = exports?.find((row) => row.id === id);
  if (exports !== undefined && found === undefined) return refusal(`there is no export '${id}'`);
  const node = textOf(found?.['node-name']);
  const what = node === '' || node === id ? id : `${id} of ${node}`;
  if (mode === 'hard') return loss(`ends the export ${what} whoever uses it`, id, 'its clients are cut off');
  return change(`ends the export ${what}, unless a client uses it`, id);
}
