import { QapiError } from '../qapi/qapi-error.ts';
import type { ObjectDescription } from './description.ts';
import { loadSecret } from './load-secret.ts';
import type { SecretOptions } from './load-secret.ts';

/** The secrets that are there, and what else has a name. */
interface Secrets {
  readonly secrets: Map<string, Buffer>;
  readonly objects: readonly ObjectDescription[];
}

/** Makes what a secret holds known by its name. @throws QapiError in QEMU's words */
export function addSecret(id: string, options: SecretOptions, there: Secrets): void {
  there.secrets.set(id, loadSecret(options, (keyid) => findSecret(keyid, id, there)));
}

/** A secret that is there; the one that is being made is, but without its data. */
function findSecret(keyid: string, making: string, { secrets, objects }: Secrets): Buffer {
  const secret = secrets.get(keyid);
  if (secret !== undefined) return secret;
  if (keyid === making) throw new QapiError(`Secret with id '${keyid}' has no data`);
  const isThere = objects.some(({ id }) => id === keyid);
  throw new QapiError(isThere ? `Object with id '${keyid}' is not a secret` : `No secret with id '${keyid}'`);
}
