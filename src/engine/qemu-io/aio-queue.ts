/** Requests that run on while the next commands are typed; what they print comes out in the order in which they were asked. */
export class AioQueue {
  readonly #entries: { text: string | undefined }[] = [];
  readonly #running = new Set<Promise<void>>();

  /** Starts a request; `work` resolves with what it prints, and nobody else hears of an error that it did not expect. */
  start(work: () => Promise<string>): void {
    const entry: { text: string | undefined } = { text: undefined };
    this.#entries.push(entry);
    const running: Promise<void> = work().catch((error: Error) => `${error.message}\n`).then((text) => {
      entry.text = text;
      this.#running.delete(running);
    });
    this.#running.add(running);
  }

  /** Resolves when every request that has been started is over. */
  async flush(): Promise<void> {
    await Promise.all(this.#running);
  }

  /** What finished requests have printed since the last call; one that waits for an earlier one is kept back. */
  takeOutput(): string {
    let text = '';
    while (this.#entries[0]?.text !== undefined) text += this.#entries.shift()!.text;
    return text;
  }
}
