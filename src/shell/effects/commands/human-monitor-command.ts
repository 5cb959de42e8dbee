import { traceHmp } from '../../translate/trace-hmp.ts';
import { combineEffects } from '../combine-effects.ts';
import { describeEffect } from '../describe-effect.ts';
import { change, defineEffect } from '../effect.ts';
import type { Effect } from '../effect.ts';
import { textOf } from '../live-facts.ts';
import { lossOfLine } from '../loss-of-line.ts';

/** The far end reads the line by itself: it is judged by the requests that it stands for, as far as we know the command. */
export default defineEffect({
  name: 'human-monitor-command',
  describe: async ({ 'command-line': text }, live): Promise<Effect> => {
    const line = textOf(text).trim();
    if (/^(info|help|\?|print|p|x|xp)(\/\S*)?(\s|$)/.test(line)) return { text: '', impact: 'none' };
    const known = lossOfLine(line, live);
    if (known !== undefined) return known;
    const { requests } = await traceHmp(line, { snapshot: live, offers: (name) => name !== 'human-monitor-command' });
    const effect = combineEffects(await Promise.all(requests.map((request) => describeEffect(request, live))));
    return effect.impact === 'none' ? change('goes to the far end\'s own monitor') : effect;
  },
});
