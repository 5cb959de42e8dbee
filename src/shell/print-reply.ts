import { formatJson } from '../util/lossless-json.ts';
import { errorOutput } from './failure.ts';
import type { Outcome, Output } from './session.ts';

type Row = Readonly<Record<string, unknown>>;

/** A reply's value as output: pretty JSON with every integer exact, the empty object as a short note. */
export function replyOutput(value: unknown): Output {
  return isEmptyObject(value) ? { kind: 'note', text: 'ok', data: value } : { kind: 'json', text: formatJson(value, { pretty: true }), data: value };
}

/** The outcome of a command that returned. */
export function replied(value: unknown): Outcome {
  return { status: 'done', outputs: [replyOutput(value)], reply: { return: value } };
}

/** The outcome of a command that printed text, as the human monitor does. */
export function printed(text: string): Outcome {
  const trimmed = text.replaceAll('\r\n', '\n').replace(/\n+$/, '');
  return { status: 'done', outputs: trimmed === '' ? [] : [{ kind: 'text', text: trimmed, data: text }], reply: { return: text } };
}

/** The outcome of a command of qmon's own that has done what was asked, and says so in a few words. */
export function told(text: string): Outcome {
  return { status: 'done', outputs: [{ kind: 'note', text }], reply: { return: {} } };
}

/** The outcome of a line that failed. */
export function failed(error: unknown): Outcome {
  const output = errorOutput(error);
  return { status: 'failed', outputs: [output], reply: { error: output.data } };
}

/** The outcome of a request that was sent as it was typed: the whole reply is data, `id` included. */
export function answered(reply: Row): Outcome {
  const { error } = reply;
  if (!isObject(error)) return { status: 'done', outputs: [replyOutput(reply.return)], reply };
  const { class: name, desc } = error;
  return { status: 'failed', outputs: [{ kind: 'error', text: `${String(name)}: ${String(desc)}`, data: error }], reply };
}

function isObject(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEmptyObject(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}
