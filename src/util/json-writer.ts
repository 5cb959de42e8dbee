/** Prints a tree that may hold bigints, exactly as JSON.stringify prints one that does not. */
export function formatTree(value: unknown, indent: number): string {
  return format(value, indent === 0 ? '' : '\n', ' '.repeat(indent)) ?? 'null';
}

/** `margin` is the line break and indentation of the enclosing level; undefined means "not JSON: leave it out". */
function format(value: unknown, margin: string, indent: string): string | undefined {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = margin === '' ? '' : margin + indent;
  if (Array.isArray(value)) return wrap('[]', value.map((item) => format(item, inner, indent) ?? 'null'), margin, inner);
  const colon = margin === '' ? ':' : ': ';
  const members = Object.entries(value).flatMap(([key, member]) => {
    const text = format(member, inner, indent);
    return text === undefined ? [] : [JSON.stringify(key) + colon + text];
  });
  return wrap('{}', members, margin, inner);
}

function wrap(brackets: '[]' | '{}', items: readonly string[], margin: string, inner: string): string {
  return items.length === 0 ? brackets : brackets[0] + inner + items.join(',' + inner) + margin + brackets[1];
}
