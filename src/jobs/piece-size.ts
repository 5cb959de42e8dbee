import type { HostRange } from '../block/driver.ts';

/** Bytes that one request moves at most: large enough that the cost of a request does not count. */
export const PIECE = 1 << 20;

/** Bytes of one piece where the host copies: no buffer has to be as large, and finding pieces costs more than handing them over. */
const OFFLOADED = 4 << 20;

/** The most bytes of a piece of which the speed allows `limit`, by where they lie plainly in a host file, if they do. */
export function pieceSize(limit: number, from: HostRange | undefined): number {
  return Math.min(limit, from === undefined ? PIECE : OFFLOADED);
}
