/** Counts the requests of a node and holds new ones back while it is drained. */
export class NodeGate {
  /** Copy-before-write hooks at work; reads pass a closed gate for them, or neither would ever end. */
  hooksRunning = 0;
  #inFlight = 0;
  #closed = 0;
  #waiters: (() => void)[] = [];

  get inFlight(): number {
    return this.#inFlight;
  }

  get holdsWrites(): boolean {
    return this.#closed > 0;
  }

  get holdsReads(): boolean {
    return this.#closed > 0 && this.hooksRunning === 0;
  }

  enter(): void {
    this.#inFlight++;
  }

  leave(): void {
    if (--this.#inFlight === 0 && this.#closed > 0) this.#wake();
  }

  /** Resolves at the next chance to pass; look again afterwards. */
  opened(): Promise<void> {
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  /** Runs `work` while no request is in flight; requests that come meanwhile wait. Must not issue requests to the same node. */
  async drained<T>(work: () => Promise<T>): Promise<T> {
    this.#closed++;
    try {
      while (this.#inFlight > 0) await this.opened();
      return await work();
    } finally {
      if (--this.#closed === 0) this.#wake();
    }
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }
}
