import type { BlockJob } from './block-job.ts';
import { bulkCopy } from './bulk-copy.ts';
import type { ChainPiece, ChainScan } from './chain-scan.ts';
import { forgive } from './forgive.ts';
import type { ErrorPolicies } from './forgive.ts';

/** Moves all that a scan finds; what fails is tried again where the user's policy says so. */
export async function copyChain(
  job: BlockJob, scan: ChainScan, { move, policies }: { move: (piece: ChainPiece) => Promise<void>; policies: ErrorPolicies },
): Promise<void> {
  for (let isDone = false; !isDone;) {
    try {
      await bulkCopy<ChainPiece>(job, {
        next: (limit) => scan.next(limit),
        cost: (piece) => (piece.kind === 'data' ? piece.length : 0),
        move,
      });
      isDone = true;
    } catch (error) {
      await forgive(job, error, policies);
    }
  }
}
