import { parseJson5 } from '../util/json5-lossless.ts';
import { placeOf } from '../util/json-error.ts';

interface Token {
  readonly text: string;
  readonly offset: number;
}

const pattern = /\/\/[^\n\r]*|\/\*[^]*?\*\/|"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|[{}[\],:]|[^\s{}[\],:"'/]+/g;

/** Where the key or list entry of a path begins in valid JSON5; line and column count from 1. */
export function locateInJson5(text: string, path: readonly (string | number)[]): { line: number; column: number } | undefined {
  const tokens = [...text.matchAll(pattern)].map((found): Token => ({ text: found[0], offset: found.index }))
    .filter((token) => !/^\/[/*]/.test(token.text));
  let found: Token | undefined = tokens[0];
  let at = 0;
  for (const part of path) {
    const step = enter(tokens, at, part);
    if (step === undefined) break;
    found = tokens[step.key];
    at = step.value;
  }
  return found && placeOf(text, found.offset);
}

/** The member or entry of the object or list that begins at a token: the tokens of its key and of its value. */
function enter(tokens: readonly Token[], start: number, part: string | number): { key: number; value: number } | undefined {
  let index = 0;
  for (let at = start + 1; at < tokens.length && !/^[}\]]$/.test(tokens[at]!.text); index++) {
    const value = typeof part === 'string' ? at + 2 : at;
    const name = typeof part === 'string' ? nameOf(tokens[at]!) : index;
    if (name === part) return { key: at, value };
    at = afterValue(tokens, value);
    if (tokens[at]?.text === ',') at++;
  }
  return undefined;
}

const nameOf = ({ text }: Token): string => (/^["']/.test(text) ? String(parseJson5(text)) : text);

function afterValue(tokens: readonly Token[], start: number): number {
  let depth = 0;
  for (let at = start; at < tokens.length; at++) {
    const { text } = tokens[at]!;
    if (text === '{' || text === '[') depth++;
    else if (text === '}' || text === ']') depth--;
    if (depth === 0) return at + 1;
  }
  return tokens.length;
}
