import { Real } from '../util/real.ts';

const plain = /^[ !#-[\]-~]*$/;
const special = /["\\\u0000-\u001f\u007f-\uffff]/g;
const short: Readonly<Record<string, string>> =
  { '"': '\\"', '\\': '\\\\', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Prints a value as QEMU's monitor prints it: one line, `": "` and `", "` between the pieces, ASCII only
 * (a lone half of a surrogate pair becomes U+FFFD). Members that are undefined are left out; bigints are integers.
 */
export function formatMessage(value: unknown): string {
  switch (typeof value) {
    case 'string': return quote(value);
    case 'number': return Number.isFinite(value) ? String(value === 0 ? 0 : value) : 'null';
    case 'boolean':
    case 'bigint': return String(value);
    case 'object': return value === null ? 'null' : formatObject(value);
    default: return 'null';
  }
}

function formatObject(value: object): string {
  if (value instanceof Real) return String(value);
  let text = '';
  let separator = '';
  if (Array.isArray(value)) {
    for (const item of value) {
      text += separator + formatMessage(item);
      separator = ', ';
    }
    return `[${text}]`;
  }
  for (const key in value) {
    const member = (value as Record<string, unknown>)[key];
    if (member === undefined) continue;
    text += separator + (keys.get(key) ?? quoteKey(key)) + formatMessage(member);
    separator = ', ';
  }
  return `{${text}}`;
}

/** Member names as they are printed: there are few, and they come again and again. */
const keys = new Map<string, string>();
const mostKeys = 4096;

function quoteKey(key: string): string {
  const text = quote(key) + ': ';
  if (keys.size === mostKeys) keys.clear(); // names in an `id` are the client's: there is no end to them
  keys.set(key, text);
  return text;
}

function quote(text: string): string {
  return plain.test(text) ? `"${text}"` : `"${text.replace(/\p{Surrogate}/gu, '\ufffd').replace(special, escape)}"`;
}

function escape(character: string): string {
  return short[character] ?? '\\u' + character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
}
