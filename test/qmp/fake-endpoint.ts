import { QapiError } from '../../src/qapi/qapi-error.ts';
import type { QmpEndpoint } from '../../src/qmp/endpoint.ts';
import type { QmpEvent } from '../../src/qmp/link.ts';

type Handler = (args: Readonly<Record<string, unknown>>, endpoint: FakeEndpoint) => unknown;

/** An endpoint of a few commands, and of events on demand. */
export class FakeEndpoint implements QmpEndpoint {
  readonly executed: string[] = [];
  readonly listeners = new Set<(event: QmpEvent) => void>();
  readonly #handlers: Readonly<Record<string, Handler>>;

  constructor(handlers: Readonly<Record<string, Handler>> = {}) {
    this.#handlers = { echo: (args) => args, 'query-version': () => this.version(), ...handlers };
  }

  async execute(name: string, args: Readonly<Record<string, unknown>>): Promise<unknown> {
    this.executed.push(name);
    const handler = this.#handlers[name];
    if (!handler) throw new QapiError(`The command ${name} has not been found`, { class: 'CommandNotFound' });
    return handler(args, this);
  }

  onEvent(listener: (event: QmpEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  emit(event: string, data: Readonly<Record<string, unknown>> = {}): void {
    for (const listener of this.listeners) listener({ event, data, timestamp: { seconds: 1, microseconds: 2 } });
  }

  version(): { qemu: { major: number; minor: number; micro: number }; package: string } {
    return { qemu: { major: 2, minor: 9, micro: 0 }, package: 'test' };
  }
}
