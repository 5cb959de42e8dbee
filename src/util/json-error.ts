/** A mistake in JSON or JSON5 text, and where it is. */
export class JsonError extends Error {
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1, in UTF-16 units as editors do. */
  readonly column: number;

  constructor(problem: string, place: { readonly line: number; readonly column: number }) {
    super(`${problem} at line ${place.line}, column ${place.column}`);
    this.name = 'JsonError';
    this.line = place.line;
    this.column = place.column;
  }
}

/** The line and column of an offset into a text, both counted from 1. */
export function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n') };
}
