import type { IoError } from '../../io-error.ts';

/** What became of one child's request. */
export interface Outcome {
  readonly child: string;
  readonly error?: IoError;
  /** What it has read. */
  readonly bytes?: Buffer;
}

/** Counts how many children agree. */
export class Votes {
  /** How many must agree. */
  readonly threshold: number;

  constructor(threshold: number) {
    this.threshold = threshold;
  }

  /** The error that most of the failed children gave, when too few have succeeded. */
  failure(outcomes: readonly Outcome[]): IoError | undefined {
    const errors = outcomes.flatMap(({ error }) => error ?? []);
    if (outcomes.length - errors.length >= this.threshold) return undefined;
    return mostFrequent(errors, (one, other) => one.code === other.code)?.[0];
  }

  /** What most of the children have read and who has read something else; undefined when too few agree. */
  winner(outcomes: readonly Outcome[]): { readonly bytes: Buffer; readonly outvoted: readonly string[] } | undefined {
    const readers = outcomes.filter(({ bytes }) => bytes !== undefined);
    const agreeing = mostFrequent(readers, (one, other) => one.bytes!.equals(other.bytes!)) ?? [];
    const isUnanimous = agreeing.length === readers.length && agreeing.length > 0;
    if (agreeing.length < this.threshold && !isUnanimous) return undefined;
    return { bytes: agreeing[0]!.bytes!, outvoted: readers.filter((reader) => !agreeing.includes(reader)).map(({ child }) => child) };
  }
}

/** The largest group of equals; of several as large, the one that was found last, as in QEMU. */
function mostFrequent<T>(all: readonly T[], isSame: (one: T, other: T) => boolean): readonly T[] | undefined {
  const groups: T[][] = [];
  for (const one of all) {
    const group = groups.find(([first]) => isSame(first!, one));
    if (group === undefined) groups.push([one]);
    else group.push(one);
  }
  return groups.reverse().sort((one, other) => other.length - one.length)[0];
}
