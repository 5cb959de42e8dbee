/** Where two buffers of one length differ first; -1 when they do not. */
export function firstDifference(one: Buffer, other: Buffer): number {
  return one.equals(other) ? -1 : one.findIndex((byte, place) => byte !== other[place]);
}
