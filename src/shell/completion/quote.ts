/** A word for a prompt line: in double quotes when it has blanks or quotes, or when the user opened one. */
export function quoteWord(value: string, quote?: '"' | '\''): string {
  if (quote === '\'' && !value.includes('\'')) return `'${value}'`;
  const needsQuotes = quote !== undefined || value === '' || /[\s"'\\]/.test(value) || /^[{[]/.test(value);
  return needsQuotes ? `"${value.replace(/["\\]/g, '\\$&')}"` : value;
}

/** The same word with its last quote left open, so that more can be typed (a directory). */
export function openWord(value: string, quote?: '"' | '\''): string {
  const quoted = quoteWord(value, quote);
  return quoted === value ? quoted : quoted.slice(0, -1);
}

/** A string for a JSON5 message, in the quotes that are in use. */
export function quoteJson(value: string, quote: '"' | '\'' = '"'): string {
  const json = JSON.stringify(value);
  return quote === '"' ? json : `'${json.slice(1, -1).replaceAll('\\"', '"').replaceAll('\'', '\\\'')}'`;
}
