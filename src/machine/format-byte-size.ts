/** A size for people: `4 KiB`, `1.5 MiB`. */
export function formatByteSize(bytes: number): string {
  const power = Math.min(6, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  const unit = power === 0 ? 'B' : `${'KMGTPE'[power - 1]}iB`;
  return `${Number((bytes / 1024 ** power).toPrecision(3))} ${unit}`;
}
