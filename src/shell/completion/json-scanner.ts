/** A key or a scalar value in JSON or JSON5 text that may be unfinished or wrong. */
export interface JsonToken {
  readonly role: 'key' | 'value';
  /** From the outermost object: names and indexes; a key's path ends with itself. */
  readonly path: readonly (string | number)[];
  readonly from: number;
  readonly to: number;
  /** Without quotes; for the place under the caret up to the caret. */
  readonly text: string;
  readonly quote?: '"' | '\'';
}

export interface JsonScan {
  readonly tokens: readonly JsonToken[];
  /** What stands, or would stand, at the caret; undefined where neither a key nor a value fits. */
  readonly atCursor?: JsonToken;
}

interface Frame {
  readonly kind: 'object' | 'array';
  key?: string;
  index: number;
  expecting: 'key' | 'colon' | 'value' | 'comma';
}

const piece = /\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)|"(?:[^"\\\n]|\\[^])*"?|'(?:[^'\\\n]|\\[^])*'?|[{}[\]:,]|\s+|[^\s{}[\]:,"']+/g;

/** Reads what can be read of a message: its keys and scalars with their places, and what belongs at the caret. */
export function scanJson(text: string, cursor: number): JsonScan {
  const frames: Frame[] = [];
  const tokens: JsonToken[] = [];
  let atCursor: JsonToken | undefined;
  const emptyHere = (): JsonToken | undefined => {
    const frame = frames.at(-1);
    if (frame?.expecting !== 'key' && frame?.expecting !== 'value') return undefined;
    const role = frame.expecting;
    return { role, path: pathOf(frames, role === 'key' ? '' : undefined), from: cursor, to: cursor, text: '' };
  };
  for (const { 0: found, index: from } of text.matchAll(piece)) {
    const to = from + found.length;
    const isToken = /^["']|^[^\s{}[\]:,/]/.test(found);
    if (cursor <= from && atCursor === undefined && !(isToken && cursor === from)) atCursor = emptyHere() ?? noPlace;
    if (isToken) {
      const token = readToken(frames, found, from);
      if (token && from <= cursor && (cursor < to || (cursor === to && isUnfinished(found)))) atCursor ??= upTo(token, text, cursor);
      if (token) tokens.push(token);
    } else {
      step(frames, found);
    }
    if (cursor > from && cursor < to && !isToken) atCursor ??= /^\s/.test(found) ? emptyHere() ?? noPlace : noPlace;
  }
  atCursor ??= emptyHere();
  return { tokens, ...(atCursor !== undefined && atCursor !== noPlace && { atCursor }) };
}

const noPlace: JsonToken = { role: 'value', path: [], from: -1, to: -1, text: '' };

/** Takes a string or word as the key or the value that is expected; undefined when neither is. */
function readToken(frames: Frame[], found: string, from: number): JsonToken | undefined {
  const frame = frames.at(-1);
  const role = frame?.expecting;
  if (frame === undefined || (role !== 'key' && role !== 'value')) return undefined;
  const quote = found.startsWith('"') ? '"' : found.startsWith('\'') ? '\'' : undefined;
  const bare = quote === undefined ? found : found.slice(1, found.length > 1 && found.endsWith(quote) ? -1 : undefined);
  if (role === 'key') frame.key = bare;
  const path = pathOf(frames, role === 'key' ? bare : undefined);
  frame.expecting = role === 'key' ? 'colon' : 'comma';
  return { role, path, from, to: from + found.length, text: bare, ...(quote !== undefined && { quote }) };
}

function step(frames: Frame[], found: string): void {
  const frame = frames.at(-1);
  if (found === '{' || found === '[') {
    if (frame) frame.expecting = 'comma';
    frames.push({ kind: found === '{' ? 'object' : 'array', index: 0, expecting: found === '{' ? 'key' : 'value' });
  } else if (found === '}' || found === ']') {
    frames.pop();
  } else if (frame && found === ':') {
    frame.expecting = 'value';
  } else if (frame && found === ',') {
    frame.index++;
    frame.expecting = frame.kind === 'object' ? 'key' : 'value';
  }
}

/** The path to the place where the innermost frame stands; `lastKey` is the key being read. */
function pathOf(frames: readonly Frame[], lastKey: string | undefined): (string | number)[] {
  return frames.map((frame, depth) => {
    if (frame.kind === 'array') return frame.index;
    return depth === frames.length - 1 && lastKey !== undefined ? lastKey : frame.key ?? '';
  });
}

/** A bare word, or a string that is not closed, may go on at the caret behind it. */
function isUnfinished(found: string): boolean {
  return !/^["']/.test(found) || found.length === 1 || !found.endsWith(found.charAt(0));
}

function upTo(token: JsonToken, text: string, cursor: number): JsonToken {
  const start = token.from + (token.quote === undefined ? 0 : 1);
  return { ...token, text: text.slice(start, Math.max(start, cursor)) };
}
