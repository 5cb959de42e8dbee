import { IoError } from '../block/io-error.ts';
import { ERRNO } from './protocol.ts';

/** Why a request was not, or not wholly, carried out. */
export interface Refusal {
  readonly errno: keyof typeof ERRNO;
  /** For people. */
  readonly reason: string;
}

/** Host errors that the protocol does not know, by the one that says the most of them. */
const NEAREST: Readonly<Record<string, keyof typeof ERRNO>> = {
  EACCES: 'EPERM', EROFS: 'EPERM', EFBIG: 'ENOSPC', EDQUOT: 'ENOSPC', EOPNOTSUPP: 'ENOTSUP',
};

/** What a client is told of a request that failed; what is no matter of the image is a failure to it nevertheless. */
export function refusalFor(error: unknown): Refusal {
  const code = error instanceof IoError ? error.code : 'EIO';
  const reason = error instanceof Error ? error.message : String(error);
  return { errno: NEAREST[code] ?? (code in ERRNO ? code as keyof typeof ERRNO : 'EINVAL'), reason };
}
