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
    default: return typeof value !== 'object' || value === null ? 'null' : formatContainer(value);
  }
}

function formatContainer(value: object): string {
  let text = '';
  if (Array.isArray(value)) {
    for (const item of value) text += (text === '' ? '' : ', ') + formatMessage(item);
    return `[${text}]`;
  }
  for (const key of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[key];
    if (member !== undefined) text += (text === '' ? '' : ', ') + quote(key) + ': ' + formatMessage(member);
  }
  return `{${text}}`;
}

function quote(text: string): string {
  return plain.test(text) ? `"${text}"` : `"${text.replace(/\p{Surrogate}/gu, '\ufffd').replace(special, escape)}"`;
}

function escape(character: string): string {
  return short[character] ?? '\\u' + character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
}
