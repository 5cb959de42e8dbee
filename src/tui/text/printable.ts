/** Escape sequences of every kind: CSI, OSC and the other strings, and two-character ones. */
const sequences = /\x1b(?:\[[0-?]*[ -/]*[@-~]?|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])|\x9b[0-?]*[ -/]*[@-~]/g;
const controls = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
const suspicious = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

/**
 * Text from the far end as lines that cannot steer the terminal: escape sequences, control characters and
 * bidirectional overrides are taken out, tabs become spaces, '\r\n' and '\n' end lines.
 */
export function printableLines(text: string): string[] {
  return text.replaceAll('\r\n', '\n').replace(/\n$/, '').split('\n').map(printableLine);
}

/** One line of text that cannot steer the terminal. */
export function printableLine(line: string): string {
  if (!suspicious.test(line)) return line;
  const text = line.replace(sequences, '').replace(controls, '');
  return text.includes('\t') ? expandTabs(text) : text;
}

function expandTabs(text: string): string {
  let expanded = '';
  for (const part of text.split(/(\t)/)) expanded += part === '\t' ? ' '.repeat(8 - (expanded.length % 8)) : part;
  return expanded;
}
