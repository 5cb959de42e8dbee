const controls = /[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
const suspicious = /[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

/**
 * Text from the far end as lines that cannot steer the terminal: control characters and bidirectional overrides are shown
 * instead of sent, tabs become spaces, '\r\n' and '\n' end lines.
 */
export function printableLines(text: string): string[] {
  return text.replaceAll('\r\n', '\n').replace(/\n$/, '').split('\n').map(printableLine);
}

/** One line of text that cannot steer the terminal. A file may well have such a name: it is shown as it is. */
export function printableLine(line: string): string {
  if (!suspicious.test(line)) return line;
  const text = line.replace(controls, visible);
  return text.includes('\t') ? expandTabs(text) : text;
}

/** '^[' for ESC, '^?' for DEL; what has no such name by its number. */
function visible(control: string): string {
  const code = control.charCodeAt(0);
  if (code < 0x20 || code === 0x7f) return `^${String.fromCharCode(code ^ 0x40)}`;
  return code < 0x100 ? `\\x${code.toString(16)}` : `\\u${code.toString(16)}`;
}

function expandTabs(text: string): string {
  let expanded = '';
  for (const part of text.split(/(\t)/)) expanded += part === '\t' ? ' '.repeat(8 - (expanded.length % 8)) : part;
  return expanded;
}
