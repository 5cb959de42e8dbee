const BUCKETS = 512;

/** The keys of QEMU's dictionaries come out in the order of their hash: so do the members of its json: file names. */
export function inDictionaryOrder<T>(options: Readonly<Record<string, T>>): Record<string, T> {
  const keys = Object.keys(options);
  const places = new Map(keys.map((key) => [key, bucketOf(key)]));
  return Object.fromEntries(keys.sort((one, other) => places.get(one)! - places.get(other)!).map((key) => [key, options[key] as T]));
}

/** The bucket of a key, as the table-based hash of QEMU's QDict places it. */
function bucketOf(key: string): number {
  const bytes = Buffer.from(key);
  let value = Math.imul(0x238f13af, bytes.length);
  for (const [at, byte] of bytes.entries()) value = (value + (byte << ((at * 5) % 24))) | 0;
  return ((Math.imul(1_103_515_243, value) + 12_345) >>> 0) % BUCKETS;
}
