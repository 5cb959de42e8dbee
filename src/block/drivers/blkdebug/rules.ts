import { nameOfErrno } from '../../errnos.ts';
import { IoError } from '../../io-error.ts';
import type { IoOperation } from '../../io-error.ts';
import type { BlkdebugEvent } from '../../../qapi/types/blkdebug-options.ts';

/** Kinds of requests, as rules name them. */
export type IoType = 'read' | 'write' | 'write-zeroes' | 'discard' | 'flush' | 'block-status';

/** Makes requests fail after an event. */
export interface InjectError {
  readonly event: BlkdebugEvent;
  /** 0: in every state. */
  readonly state: number;
  readonly ioTypes: ReadonlySet<IoType>;
  /** 0 or less: no failure after all. */
  readonly errno: number;
  /** Undefined: anywhere. */
  readonly sector?: number;
  readonly once: boolean;
  /** Before others get a turn. */
  readonly immediately: boolean;
}

/** Changes the state at an event. */
export interface SetState {
  readonly event: BlkdebugEvent;
  /** 0: in every state. */
  readonly state: number;
  readonly newState: number;
}

const SECTOR = 512;
const OPERATIONS: Readonly<Record<IoType, IoOperation>> = {
  read: 'read', write: 'write', 'write-zeroes': 'write-zeroes', discard: 'discard', flush: 'flush', 'block-status': 'map',
};

/** The failures that rules order: an event arms those for it, and they stay armed until the next event that arms some. */
export class Rules {
  readonly #injections: Set<InjectError>;
  readonly #transitions: readonly SetState[];
  #armed: InjectError[] = [];
  #state = 1;

  constructor(injections: readonly InjectError[], transitions: readonly SetState[]) {
    this.#injections = new Set([...injections].reverse());
    this.#transitions = [...transitions].reverse();
    this.onEvent('none');
  }

  onEvent(event: BlkdebugEvent): void {
    const applies = (rule: InjectError | SetState) => rule.event === event && (rule.state === 0 || rule.state === this.#state);
    const armed = [...this.#injections].filter(applies);
    if (armed.length > 0) this.#armed = armed.reverse();
    this.#state = this.#transitions.filter(applies).at(-1)?.newState ?? this.#state;
  }

  /** @throws IoError when a rule wants the request to fail; most do so in a later turn */
  async check(type: IoType, offset: number, length: number): Promise<void> {
    const rule = this.#armed.find((armed) => armed.ioTypes.has(type) && isWithin(armed, offset, length));
    if (rule === undefined || rule.errno <= 0) return;
    if (rule.once) {
      this.#injections.delete(rule);
      this.#armed = this.#armed.filter((armed) => armed !== rule);
    }
    if (!rule.immediately) await new Promise((resolve) => setImmediate(resolve));
    throw new IoError(nameOfErrno(rule.errno), OPERATIONS[type], { offset });
  }
}

function isWithin({ sector }: InjectError, offset: number, length: number): boolean {
  return sector === undefined || (sector * SECTOR >= offset && sector * SECTOR < offset + length);
}
