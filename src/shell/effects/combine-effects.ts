import type { Effect, Impact } from './effect.ts';

const weight: Readonly<Record<Impact, number>> = { none: 0, change: 1, destructive: 2 };

/** What several requests in a row come to: the worst impact counts, and with it what is lost. */
export function combineEffects(effects: readonly Effect[]): Effect {
  const [first, ...others] = effects;
  if (first === undefined) return { text: '', impact: 'none' };
  if (others.length === 0) return first;
  const worst = effects.reduce((one, other) => (weight[other.impact] > weight[one.impact] ? other : one));
  const text = effects.map((effect) => effect.text).filter((one) => one !== '').join('; ');
  const losses = effects.flatMap(({ why }) => why ?? []);
  return { ...worst, text, ...(losses.length > 0 && { why: [...new Set(losses)].join('; ') }) };
}
