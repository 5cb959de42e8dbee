const prefixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** Bytes as QEMU prints them for people: three significant digits and a binary unit; 1000 and more go one unit up. */
export function formatSize(bytes: number | bigint): string {
  const value = Number(bytes);
  let rank = 0;
  while (rank < prefixes.length - 1 && value / 1024 ** rank >= 1000) rank++;
  return `${threeDigits(value / 1024 ** rank)} ${prefixes[rank]}B`;
}

/** C's `%0.3g`: what lies exactly between two goes to the even one, where JavaScript goes to the larger. */
function threeDigits(value: number): string {
  const scale = value >= 100 ? 1 : value >= 10 ? 10 : value >= 1 ? 100 : 1000;
  const scaled = value * scale;
  const below = Math.floor(scaled);
  const rounded = scaled - below === 0.5 ? below + (below % 2) : Math.round(scaled);
  return rounded / scale >= 1000 ? '1e+03' : String(rounded / scale);
}
