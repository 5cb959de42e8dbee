import { combineEffects } from '../combine-effects.ts';
import { describeEffect } from '../describe-effect.ts';
import { defineEffect } from '../effect.ts';
import { object, rows, textOf } from '../live-facts.ts';

/** An action has the name and the arguments of a command; each is judged by the state before all of them. */
export default defineEffect({
  name: 'transaction',
  describe: async ({ actions }, live) => {
    const effects = rows(actions).map(({ type, data }) => describeEffect({ command: textOf(type), args: object(data) }, live));
    const { impact, ...rest } = combineEffects(await Promise.all(effects));
    return { ...rest, impact: impact === 'none' ? 'change' : impact };
  },
});
