/**
 * A deep copy of a reply as the wire would carry it: plain objects and arrays, members that are undefined left out.
 * Handlers may so hand out their own objects.
 */
export function byValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(byValue);
  if (value === null || typeof value !== 'object') return value;
  const copy: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) if (member !== undefined) copy[name] = byValue(member);
  return copy;
}
