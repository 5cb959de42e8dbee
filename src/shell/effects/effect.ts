import type { Snapshot } from '../live-state.ts';

/**
 * How much a request can cost, judged by what it meets and not by its name. `none`: it only tells something; `change`: what it
 * does can be made good, or loses nothing that was there; `destructive`: data, a device, a copy or a running machine is gone then.
 */
export type Impact = 'none' | 'change' | 'destructive';

/** What a request would come to now. */
export interface Effect {
  /** In a few words that begin with a verb: 'SHRINKS by 48 MiB', 'would be refused: the tray is closed'; '' when nothing is known. */
  readonly text: string;
  readonly impact: Impact;
  /** The device, node, job or whatever it is about, as people call it: the name to type for who confirms. Always there when destructive. */
  readonly subject?: string;
  /** What would be lost. Always there when destructive. */
  readonly why?: string;
}

/** A request's arguments: of any shape, for a raw message may hold anything. */
export type Arguments = Readonly<Record<string, unknown>>;

/** Knows what one command comes to: the default export of `commands/<wire-name>.ts`. */
export interface CommandEffect {
  /** The wire's name of the command. */
  readonly name: string;
  /** Tells it from what is known; asks nobody and never throws, whatever the arguments are. */
  readonly describe: (args: Arguments, live: Snapshot) => Effect | Promise<Effect>;
}

/** Checks the shape of an entry. */
export function defineEffect(effect: CommandEffect): CommandEffect {
  return effect;
}

/** Changes something that can be made good. */
export function change(text: string, subject?: string): Effect {
  return { text, impact: 'change', ...(subject !== undefined && { subject }) };
}

/** Loses something for good. */
export function loss(text: string, subject: string, why: string): Effect {
  return { text, impact: 'destructive', subject, why };
}

/** The far end would not do it, and nothing would change. */
export function refusal(reason: string): Effect {
  return { text: `would be refused: ${reason}`, impact: 'change' };
}
