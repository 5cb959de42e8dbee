import { formatTree } from './json-writer.ts';
import { parseTree } from './json-reader.ts';

export { JsonError } from './json-error.ts';

/** Sixteen digits in a row are the shortest integer that a double may round. */
const mayBeInexact = /\d{16}/;

/**
 * Parses strict JSON. An integer beyond 2^53 becomes a bigint, every other number a number.
 * @throws JsonError with the line and column of the first mistake
 */
export function parseJson(text: string): unknown {
  if (mayBeInexact.test(text)) return parseTree(text);
  try {
    return JSON.parse(text);
  } catch {
    return parseTree(text); // the same grammar, slower, but it knows where the mistake is
  }
}

/** Prints JSON on one line, or indented by four spaces (`pretty`); bigints are printed as integers. */
export function formatJson(value: unknown, options: { readonly pretty?: boolean } = {}): string {
  const indent = options.pretty ? 4 : 0;
  return hasBigint(value) ? formatTree(value, indent) : JSON.stringify(value, null, indent);
}

function hasBigint(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint';
  if (Array.isArray(value)) return value.some(hasBigint);
  for (const key in value) if (hasBigint((value as Record<string, unknown>)[key])) return true;
  return false;
}
