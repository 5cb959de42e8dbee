import { isSpace } from './line-cursor.ts';
import type { LineCursor } from './line-cursor.ts';

/** An expression that cannot be evaluated, in QEMU's words. */
export class ExpressionError extends Error {}

/**
 * Evaluates the C-like expression at the cursor and leaves the cursor behind it and the blanks that follow.
 * 64-bit arithmetic that wraps. The ranks are QEMU's own, not C's: `* / %` first, then `& | ^`, then `+ -`.
 * @throws ExpressionError
 */
export function evaluateExpression(cursor: LineCursor): bigint {
  return sum(cursor);
}

type Operation = (left: bigint, right: bigint) => bigint;

const products: Readonly<Record<string, Operation>> = {
  '*': (left, right) => left * right,
  '/': (left, right) => left / nonZero(right),
  '%': (left, right) => left % nonZero(right),
};
const logic: Readonly<Record<string, Operation>> = {
  '&': (left, right) => left & right,
  '|': (left, right) => left | right,
  '^': (left, right) => left ^ right,
};
const sums: Readonly<Record<string, Operation>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
};

const product = chain(unary, products);
const logical = chain(product, logic);
const sum = chain(logical, sums);

function chain(operand: (cursor: LineCursor) => bigint, operations: Readonly<Record<string, Operation>>) {
  return (cursor: LineCursor): bigint => {
    let value = operand(cursor);
    for (let operation = operations[cursor.here]; operation !== undefined; operation = operations[cursor.here]) {
      advance(cursor);
      value = BigInt.asIntN(64, operation(value, operand(cursor)));
    }
    return value;
  };
}

function unary(cursor: LineCursor): bigint {
  switch (cursor.here) {
    case '+': return advance(cursor), unary(cursor);
    case '-': return advance(cursor), BigInt.asIntN(64, -unary(cursor));
    case '~': return advance(cursor), ~unary(cursor);
    case '(': return parenthesis(cursor);
    case '\'': return character(cursor);
    case '$': throw new ExpressionError('unknown register');
    case '': throw new ExpressionError('unexpected end of expression');
    default: return literal(cursor);
  }
}

function parenthesis(cursor: LineCursor): bigint {
  advance(cursor);
  const value = sum(cursor);
  if (cursor.here !== ')') throw new ExpressionError('\')\' expected');
  advance(cursor);
  return value;
}

function character(cursor: LineCursor): bigint {
  cursor.position++;
  if (cursor.isAtEnd) throw new ExpressionError('character constant expected');
  const value = BigInt(cursor.here.charCodeAt(0));
  cursor.position++;
  if (cursor.here !== '\'') throw new ExpressionError('missing terminating \' character');
  advance(cursor);
  return value;
}

function literal(cursor: LineCursor): bigint {
  const [digits] = /^(?:0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)/.exec(cursor.rest) ?? [];
  if (digits === undefined) throw new ExpressionError(`invalid char '${cursor.here}' in expression`);
  const value = BigInt(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits);
  if (value >= 1n << 64n) throw new ExpressionError('number too large');
  cursor.position += digits.length;
  cursor.skipSpaces();
  return BigInt.asIntN(64, value);
}

function advance(cursor: LineCursor): void {
  if (!cursor.isAtEnd) cursor.position++;
  while (isSpace(cursor.here)) cursor.position++;
}

function nonZero(value: bigint): bigint {
  if (value === 0n) throw new ExpressionError('division by zero');
  return value;
}
