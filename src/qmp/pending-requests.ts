import { LinkError } from './link.ts';
import type { Message } from './transports/transport.ts';

/** A request that somebody waits for. */
export interface PendingRequest {
  readonly command: string;
  readonly message: Message;
  readonly resolve: (reply: Message) => void;
  readonly reject: (error: LinkError) => void;
}

/** Requests by id, each with its deadline. The ids are never used twice, so a late reply finds nobody. */
export class PendingRequests {
  readonly #requests = new Map<string, { request: PendingRequest; timer: NodeJS.Timeout | undefined }>();
  #last = 0;

  /** Files a request under a new id; `onDeadline` words the error when `deadlineMs` (0: never) have passed. */
  add(request: PendingRequest, deadlineMs: number, onDeadline: () => string): string {
    const id = `qmon-${++this.#last}`;
    const expire = () => {
      this.#requests.delete(id);
      request.reject(new LinkError('deadline', onDeadline()));
    };
    this.#requests.set(id, { request, timer: deadlineMs > 0 ? setTimeout(expire, deadlineMs) : undefined });
    return id;
  }

  get(id: string): PendingRequest | undefined {
    return this.#requests.get(id)?.request;
  }

  /** The ids, oldest first. */
  get ids(): IterableIterator<string> {
    return this.#requests.keys();
  }

  /** Takes the request out, or returns undefined when nobody waits for the id. */
  take(id: unknown): PendingRequest | undefined {
    const found = this.#requests.get(id as string);
    if (!found) return undefined;
    clearTimeout(found.timer);
    this.#requests.delete(id as string);
    return found.request;
  }

  /** Ends every request with an error that names its command. */
  failAll(reason: LinkError['reason'], describe: (command: string, id: string) => string): void {
    for (const id of [...this.#requests.keys()]) {
      const request = this.take(id)!;
      request.reject(new LinkError(reason, describe(request.command, id)));
    }
  }
}
