import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';

/** A folder for one test file; returns the way to a name in it. */
export function useScratch(): (name: string) => string {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qmon-qcow2-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return (name) => join(folder, name);
}

/** Random numbers that a seed repeats (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** An integer from 0 up to `limit`, exclusive. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }

  /** Bytes without long runs of zeroes. */
  bytes(length: number): Buffer {
    const bytes = Buffer.alloc(length);
    const step = 1 + this.below(250);
    for (let i = 0, value = this.below(256); i < length; i++, value = (value + step) & 0xff) bytes[i] = value;
    return bytes;
  }
}

/** The seed of this run, in the titles of what depends on it: always the same one, unless QMON_SEED names another. */
export const seed = Number(process.env.QMON_SEED ?? 1);
