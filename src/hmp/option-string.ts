/**
 * Reads QEMU's `key=value,key=value`: the first value may come without its key, a key without a value is on
 * (with `no` before it, off), and two commas are one that belongs to the value.
 */
export function parseOptions(text: string, firstKey: string): Record<string, string> {
  const options: [string, string][] = [];
  for (const part of splitAtCommas(text)) {
    const equals = part.indexOf('=');
    if (equals >= 0) options.push([part.slice(0, equals), part.slice(equals + 1)]);
    else if (options.length === 0) options.push([firstKey, part]);
    else if (part.startsWith('no')) options.push([part.slice(2), 'off']);
    else options.push([part, 'on']);
  }
  return Object.fromEntries(options);
}

function splitAtCommas(text: string): string[] {
  if (text === '') return [];
  const parts: string[] = [''];
  for (const [piece] of text.matchAll(/,,|,|[^,]+/g)) {
    if (piece === ',') parts.push('');
    else parts[parts.length - 1] += piece === ',,' ? ',' : piece;
  }
  return parts;
}
