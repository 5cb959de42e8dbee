/** Objects and lists as QEMU prints format-specific facts: four blanks a level, dashes of names as blanks. */
export function formatDictionary(value: Readonly<Record<string, unknown>>, depth: number): string {
  const entries = Object.entries(value).filter(([, one]) => one !== undefined).sort(([one], [other]) => bucket(one) - bucket(other));
  return entries.map(([name, one]) => formatEntry(name.replaceAll('-', ' '), one, depth)).join('');
}

function formatEntry(label: string, value: unknown, depth: number): string {
  const indent = ' '.repeat(4 * depth);
  if (Array.isArray(value)) return `${indent}${label}:\n${value.map((one, index) => formatEntry(`[${index}]`, one, depth + 1)).join('')}`;
  if (typeof value === 'object' && value !== null) {
    return `${indent}${label}:\n${formatDictionary(value as Readonly<Record<string, unknown>>, depth + 1)}`;
  }
  return `${indent}${label}: ${String(value)}\n`;
}

/** QEMU walks its dictionaries by the buckets of this hash; so its lists look the same wherever the facts come from. */
function bucket(name: string): number {
  let value = Math.imul(0x238f13af, name.length) >>> 0;
  for (let index = 0; index < name.length; index++) value = (value + ((name.charCodeAt(index) << (index * 5) % 24) >>> 0)) >>> 0;
  return ((Math.imul(1103515243, value) + 12345) >>> 0) % 512;
}
