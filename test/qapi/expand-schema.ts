import type { SchemaInfo } from '../../src/qapi/types/schema-info.ts';

/** What an entry leads to, with the masks resolved; a type met again on the way down is cut off. */
export function expandSchema(entries: readonly SchemaInfo[], name: string, above: readonly string[] = []): unknown {
  if (above.includes(name)) return 'recursion';
  const { name: _, 'meta-type': kind, features: __, ...entry } = entries.find((one) => one.name === name)!;
  const inner = [...above, name];
  const type = (of: string) => expandSchema(entries, of, inner);
  if (kind === 'builtin') return name;
  if (kind === 'array') return [type(entry['element-type']!)];
  if (kind === 'enum') return entry.values;
  if (kind === 'command') return { takes: type(entry['arg-type']!), returns: type(entry['ret-type']!) };
  if (kind === 'event') return { carries: type(entry['arg-type']!) };
  const members = entry.members!.map(({ name: member, type: of, ...rest }) => ({ member, of: type(of!), optional: 'default' in rest }));
  const variants = entry.variants?.map((variant) => ({ case: variant.case, of: type(variant.type) }));
  return { kind, members, tag: entry.tag, variants };
}
