/**
 * An integer's value that was written with a fraction or an exponent (`1.0`, `1e3`): arithmetic and printing take it for
 * the number that it is, but where an integer is asked for, QEMU refuses it, and so does the checking of arguments.
 */
export class Real extends Number {}

/** The value of a number that was written with a fraction or an exponent. */
export function parseReal(text: string): number | Real {
  const value = Number(text);
  return Number.isInteger(value) ? new Real(value) : value;
}
