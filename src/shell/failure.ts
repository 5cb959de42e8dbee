import { QapiError } from '../qapi/qapi-error.ts';
import type { LinkError } from '../qmp/link.ts';
import type { Output } from './session.ts';

/** A line that cannot be sent: what is wrong, where, and what to do. */
export class InputError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'InputError';
  }
}

/** Whether a request got no answer for a reason that is not the far end's. The class itself lives behind the link. */
export function isLinkError(error: unknown): error is LinkError {
  return error instanceof Error && error.name === 'LinkError';
}

/** An error as output: class and text, and both as data for `--json`. Anything that is no error of ours keeps its name. */
export function errorOutput(error: unknown): Output {
  const { class: name, desc } = classify(error);
  return { kind: 'error', text: `${name}: ${desc}`, data: { class: name, desc } };
}

function classify(error: unknown): { class: string; desc: string } {
  if (error instanceof QapiError) return { class: error.class, desc: error.desc };
  if (error instanceof Error) return { class: error.name, desc: error.message };
  return { class: 'Error', desc: String(error) };
}
