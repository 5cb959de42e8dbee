import type { QmpEndpoint } from '../qmp/endpoint.ts';
import { Guard } from '../shell/safety/guard.ts';
import type { Safety } from '../shell/safety/safety.ts';

/** An endpoint that keeps to the rules of a session: its clients get an error for what they may not do. */
export function guardEndpoint(endpoint: QmpEndpoint, safety: Safety): QmpEndpoint {
  const guard = new Guard({ execute: (command, args = {}) => endpoint.execute(command, args) }, safety);
  return {
    execute: async (command, args) => {
      const admitted = guard.admit({ execute: command, arguments: args });
      if (admitted !== undefined) await admitted;
      return endpoint.execute(command, args);
    },
    onEvent: (listener) => endpoint.onEvent(listener),
    version: () => endpoint.version(),
  };
}
