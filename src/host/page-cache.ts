import { statfsSync } from 'node:fs';
import { constants } from 'node:os';
import { native, nativeIfLoaded } from './native.ts';

/** RWF_NOWAIT: do what can be done without waiting for a device. */
const NOWAIT = 8;
/** How statfs tells a file system in memory (tmpfs): it knows no NOWAIT, and nothing to wait for. */
const MEMORY = 0x01021994;
/** Bytes. Copying more takes longer than the way to another thread and back: it is worth while for a request that is alone. */
const SMALL = 64 << 10;
/** Bytes. Copying more would keep the thread from everything else for too long. */
const LARGEST = 1 << 20;
/** Requests, large ones by their SMALL parts, before the event loop must go round: who awaits one after another would hold up everybody else. */
const PER_TURN = 64;
/** Requests left to the pool before the system calls are loaded for this alone. */
const FEW = 200;

type Direction = 'preadv2' | 'pwritev2';

/**
 * What the host's page cache can do for an open file at once, on this thread: half of the time that a small request takes
 * is the way to the thread pool and back. What it cannot do at once is left to the pool.
 */
export class PageCache {
  readonly #fd: number;
  /** How to ask; undefined once it is known that the file system never answers at once. */
  readonly #flags: Record<Direction, number | undefined> = { preadv2: NOWAIT, pwritev2: NOWAIT };

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** Reads from `offset`; how many bytes, 0 for none. */
  read(offset: number, into: Buffer): number {
    return this.#ask('preadv2', offset, into);
  }

  /** Writes at `offset`; how many bytes, 0 for none. */
  write(offset: number, from: Buffer): number {
    return this.#ask('pwritev2', offset, from);
  }

  #ask(direction: Direction, offset: number, bytes: Buffer): number {
    const flags = this.#flags[direction];
    if (flags === undefined || bytes.length > LARGEST || !isTurnLeft(bytes.length)) return 0;
    if (nativeIfLoaded() === undefined && ++unserved <= FEW) return 0;
    const moved = native()?.[direction]?.(this.#fd, bytes, offset, flags);
    if (moved !== undefined && moved >= 0) return moved;
    if (moved === undefined) this.#flags[direction] = undefined;
    else if (isUnsupported()) this.#flags[direction] = flags === NOWAIT && this.#isInMemory() ? 0 : undefined;
    return 0;
  }

  #isInMemory(): boolean {
    return statfsSync(`/proc/self/fd/${this.#fd}`).type === MEMORY;
  }
}

/** Any other error is met again, and reported, by the pool. */
function isUnsupported(): boolean {
  const errno = native()?.errno();
  return errno === constants.errno.EOPNOTSUPP || errno === constants.errno.ENOSYS;
}

let unserved = 0;
let asked = 0;

function isTurnLeft(length: number): boolean {
  if (asked === 0) setImmediate(() => (asked = 0));
  const before = asked;
  asked += Math.ceil(length / SMALL);
  return before < PER_TURN;
}

let largeOnes = 0;

/** Runs a request; a large one is told whether it is alone, those of the same moment counted: the pool copies several side by side. */
export function besideOthers<T>(length: number, run: (isAlone: boolean) => Promise<T>): Promise<T> {
  return length <= SMALL ? run(true) : besideLargeOnes(run);
}

async function besideLargeOnes<T>(run: (isAlone: boolean) => Promise<T>): Promise<T> {
  largeOnes++;
  try {
    await Promise.resolve();
    return await run(largeOnes === 1);
  } finally {
    largeOnes--;
  }
}
