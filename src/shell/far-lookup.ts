import { QapiError } from '../qapi/qapi-error.ts';
import type { Link } from '../qmp/link.ts';
import { isLinkError } from './failure.ts';
import { onlyAsks } from './only-asks.ts';

/** Asks the far end something while a line is typed; undefined when it has no such command, refuses, or takes its time. */
export type FarLookup = (command: string, args?: Readonly<Record<string, unknown>>) => Promise<unknown>;

/** Nobody waits longer for a list of names. */
const deadlineMs = 400;
/** An answer is good for so long, and so is having none. */
const freshMs = 2000;

/** Makes the lookup of a link. Only questions are asked. */
export function createFarLookup(link: Link, offers: (command: string) => boolean): FarLookup {
  const answers = new Map<string, { readonly atMs: number; readonly answer: Promise<unknown> }>();
  return (command, args) => {
    if (!onlyAsks(command) || !offers(command) || link.state.state !== 'ready') return Promise.resolve(undefined);
    const key = JSON.stringify([command, args]);
    const known = answers.get(key);
    if (known !== undefined && performance.now() - known.atMs < freshMs) return known.answer;
    for (const [old, { atMs }] of answers) if (performance.now() - atMs >= freshMs) answers.delete(old);
    const answer = link.execute(command, args, { deadlineMs }).catch((error: unknown) => {
      if (error instanceof QapiError || isLinkError(error)) return undefined;
      throw error;
    });
    answers.set(key, { atMs: performance.now(), answer });
    return answer;
  };
}
