import { TlsCredentials } from '../nbd/tls-credentials.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import type { Engine } from './engine.ts';

/** The credentials that a server is to have, if any. @throws QapiError when there are none of this id, or they are no server's */
export function findTlsCredentials(ids: { creds: string | undefined; authz: string | undefined }, { machine }: Engine): TlsCredentials | undefined {
  const { creds, authz } = ids;
  const object = machine.objects.find(({ id }) => id === creds);
  if (creds !== undefined && object === undefined) throw new QapiError(`No TLS credentials with id '${creds}'`);
  const passwordOf = (secret: string): string => {
    const content = machine.secrets.get(secret);
    if (content === undefined) throw new QapiError(`No secret with id '${secret}'`);
    return content.toString();
  };
  return object && new TlsCredentials(object, { passwordOf, authz });
}
