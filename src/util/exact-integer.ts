/** The value of an integer's digits (decimal or `0x`, with or without a sign): a number while exact, else a bigint. */
export function exactInteger(digits: string): number | bigint {
  const value = Number(digits.replace(/^[+-]/, ''));
  const sign = digits.startsWith('-') ? -1 : 1;
  if (Number.isSafeInteger(value)) return sign * value;
  return BigInt(digits.replace(/^[+-]/, '')) * BigInt(sign);
}
