const prefixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** Bytes as QEMU prints them for people: three significant digits and a binary unit; 1000 and more go one unit up. */
export function formatSize(bytes: number | bigint): string {
  const value = Number(bytes);
  let rank = 0;
  while (rank < prefixes.length - 1 && value / 1024 ** rank >= 1000) rank++;
  return `${threeDigits(value / 1024 ** rank)} ${prefixes[rank]}B`;
}

/** C's `%0.3g`. */
function threeDigits(value: number): string {
  const text = value.toPrecision(3);
  return text.includes('e') ? text.replace(/\.?0*e\+?/, 'e+').replace(/e\+(\d)$/, 'e+0$1') : String(Number(text));
}
