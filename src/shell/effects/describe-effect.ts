import type { Snapshot } from '../live-state.ts';
import { onlyAsks } from '../only-asks.ts';
import type { Request } from '../run-key-values.ts';
import { commandEffects } from './command-effects.ts';
import type { Effect } from './effect.ts';
import { object } from './live-facts.ts';

/**
 * Tells what a request would come to in the state that `live` shows. Sends nothing. Whoever lets the answer decide reads the
 * state anew before (`LiveState.readAll`): a name that is not known is taken for one that the far end will refuse.
 */
export async function describeEffect({ command, args }: Request, live: Snapshot): Promise<Effect> {
  const known = await commandEffects.load(command);
  if (known !== undefined) return known.describe(object(args), live);
  return { text: '', impact: onlyAsks(command) ? 'none' : 'change' };
}
