import type { Breakpoints } from '../../driver.ts';
import type { BlkdebugEvent } from '../../../qapi/types/blkdebug-options.ts';

/** Breakpoints, each for one request, and the requests that have met them. */
export class SuspendedRequests implements Breakpoints {
  #breakpoints: { readonly event: BlkdebugEvent; readonly tag: string }[] = [];
  #stopped: { readonly tag: string; readonly goOn: () => void }[] = [];
  #waiting: { readonly tag: string; readonly tell: () => void }[] = [];

  set(event: BlkdebugEvent, tag: string): void {
    this.#breakpoints.push({ event, tag });
  }

  /** Also lets the requests go that it has stopped. */
  remove(tag: string): boolean {
    const before = this.#breakpoints.length;
    this.#breakpoints = this.#breakpoints.filter((breakpoint) => breakpoint.tag !== tag);
    this.#letGo((request) => request.tag === tag);
    return this.#breakpoints.length < before;
  }

  resume(tag: string): boolean {
    const first = this.#stopped.find((request) => request.tag === tag);
    if (first !== undefined) this.#letGo((request) => request === first);
    return first !== undefined;
  }

  has(tag: string): boolean {
    return this.#breakpoints.some((breakpoint) => breakpoint.tag === tag);
  }

  isStopped(tag: string): boolean {
    return this.#stopped.some((request) => request.tag === tag);
  }

  async stopped(tag: string): Promise<void> {
    if (this.isStopped(tag)) return;
    await new Promise<void>((tell) => this.#waiting.push({ tag, tell }));
  }

  resumeAll(): void {
    this.#breakpoints = [];
    this.#letGo(() => true);
  }

  /** Resolves when the request that raises the event may go on: once for each breakpoint that it has met. */
  async pass(event: BlkdebugEvent): Promise<void> {
    const met = this.#breakpoints.filter((breakpoint) => breakpoint.event === event);
    if (met.length === 0) return;
    this.#breakpoints = this.#breakpoints.filter((breakpoint) => breakpoint.event !== event);
    await Promise.all(met.map(({ tag }) => this.#stop(tag)));
  }

  #stop(tag: string): Promise<void> {
    return new Promise((goOn) => {
      this.#stopped.push({ tag, goOn });
      const told = this.#waiting.filter((waiting) => waiting.tag === tag);
      this.#waiting = this.#waiting.filter((waiting) => waiting.tag !== tag);
      for (const { tell } of told) tell();
    });
  }

  #letGo(which: (request: { readonly tag: string; readonly goOn: () => void }) => boolean): void {
    const going = this.#stopped.filter(which);
    this.#stopped = this.#stopped.filter((request) => !going.includes(request));
    for (const { goOn } of going) goOn();
  }
}
