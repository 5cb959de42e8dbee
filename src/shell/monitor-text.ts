import { QapiError } from '../qapi/qapi-error.ts';
import { failed, printed } from './print-reply.ts';
import type { Outcome } from './session.ts';

/**
 * The outcome of `human-monitor-command`: QEMU reports its failures as text of a successful reply, so they are told
 * by how they begin.
 */
export function monitorTextOutcome(reply: unknown): Outcome {
  const text = typeof reply === 'string' ? reply.replaceAll('\r\n', '\n') : '';
  const error = errorIn(text.trim());
  return error === undefined ? printed(text) : failed(error);
}

function errorIn(text: string): QapiError | undefined {
  if (/^unknown command: '/.test(text)) return new QapiError(text, { class: 'CommandNotFound' });
  const [, message] = /^Error: ([^]*)$/.exec(text) ?? [];
  if (message !== undefined) return new QapiError(message);
  return isPlainFailure(text) || isIoFailure(text) ? new QapiError(text) : undefined;
}

/** Failures that QEMU prints without a prefix. */
function isPlainFailure(text: string): boolean {
  return /\nTry "help [^"]*" for more information$/.test(text) || /^Command ["'][^\n]*["'] (is )?not available[^\n]*$/.test(text)
    || /^(Device '[^'\n]*' not found|'[^'\n]*' has failed: [^\n]*|invalid size|unterminated string)$/.test(text);
}

/** What the `qemu-io` command prints for a request that failed, or that found other bytes than `-P` says. */
function isIoFailure(text: string): boolean {
  return /^[a-z_]+ failed: [^\n]+$/.test(text) || /^Pattern verification failed at offset \d+, /.test(text)
    || /^(command "[^\n]*" not found|bad argument count \d+ to [^\n]*|Parsing error: [^\n]*|length cannot exceed [^\n]*)$/.test(text);
}
