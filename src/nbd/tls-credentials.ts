import { existsSync, readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { createSecureContext, createServer } from 'node:tls';
import type { TLSSocket, TlsOptions } from 'node:tls';
import { QapiError } from '../qapi/qapi-error.ts';
import { ProtocolError } from './protocol.ts';

/** A user object with credentials: its type and properties, those of tls-creds-x509, -psk or -anon. */
export interface TlsObject {
  readonly 'qom-type': string;
  readonly id: string;
  readonly [property: string]: unknown;
}

export interface TlsCredentialsInit {
  /** The text of a secret. */
  readonly passwordOf: (secret: string) => string;
  /** Who is to say which of the clients that have proved who they are may stay; there is nobody of any name yet. */
  readonly authz: string | undefined;
}

const TYPES: readonly string[] = ['tls-creds-x509', 'tls-creds-psk', 'tls-creds-anon'];

/** What a server proves itself with, and what it asks of its clients. */
export class TlsCredentials {
  readonly #options: TlsOptions;
  readonly #authz: string | undefined;

  /** Reads the files. @throws QapiError when they are a client's, or cannot be used */
  constructor(object: TlsObject, { passwordOf, authz }: TlsCredentialsInit) {
    this.#authz = authz;
    if (!TYPES.includes(object['qom-type'])) throw new QapiError(`Object with id '${object.id}' is not TLS credentials`);
    if ((object.endpoint ?? 'client') !== 'server') throw new QapiError('Expected TLS credentials for a server endpoint');
    if (object.priority !== undefined) throw new QapiError(`Object '${object.id}' has a priority string, which only GnuTLS understands`);
    try {
      this.#options = optionsOf(object, passwordOf);
      createSecureContext(this.#options);
    } catch (error) {
      if (error instanceof QapiError) throw error;
      throw new QapiError(`Object '${object.id}' cannot be used: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }

  /** Goes on in secret on a socket that nobody listens to. @throws ProtocolError when the client does not agree */
  secure(socket: Socket): Promise<TLSSocket> {
    return new Promise((resolve, reject) => {
      const fail = (error?: Error): void => {
        socket.destroy();
        reject(new ProtocolError(`no TLS with this client: ${error?.message ?? 'it has left'}`, { cause: error }));
      };
      socket.once('close', () => fail());
      const admit = (stream: TLSSocket): void => (this.#admits() ? resolve(stream) : fail(new Error(`nobody called '${this.#authz}' authorizes it`)));
      createServer(this.#options, admit).on('tlsClientError', fail).emit('connection', socket);
    });
  }

  /** As in QEMU, only of those with a certificate it is asked whether they may stay. */
  #admits(): boolean {
    return this.#authz === undefined || this.#options.requestCert !== true;
  }
}

function optionsOf(object: TlsObject, passwordOf: (secret: string) => string): TlsOptions {
  switch (object['qom-type']) {
    case 'tls-creds-x509': return certificates(object, passwordOf);
    case 'tls-creds-psk': return sharedKeys(object);
    default: return ANONYMOUS;
  }
}

function certificates({ dir, passwordid, 'verify-peer': verifies = true }: TlsObject, passwordOf: (secret: string) => string): TlsOptions {
  const path = (name: string): string => `${String(dir)}/${name}`;
  return {
    ca: readFileSync(path('ca-cert.pem')),
    cert: readFileSync(path('server-cert.pem')),
    key: readFileSync(path('server-key.pem')),
    ...(existsSync(path('ca-crl.pem')) && { crl: readFileSync(path('ca-crl.pem')) }),
    ...(existsSync(path('dh-params.pem')) && { dhparam: readFileSync(path('dh-params.pem')) }),
    ...(typeof passwordid === 'string' && { passphrase: passwordOf(passwordid) }),
    requestCert: verifies === true,
    rejectUnauthorized: verifies === true,
  };
}

/** The file holds lines of a name and, behind a colon, a key in hexadecimal digits. */
function sharedKeys({ dir }: TlsObject): TlsOptions {
  const lines = readFileSync(`${String(dir)}/keys.psk`, 'utf8').split('\n').filter((line) => line.includes(':'));
  const keys = new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), Buffer.from(line.slice(line.indexOf(':') + 1).trim(), 'hex')]));
  return { ciphers: 'kECDHEPSK:kDHEPSK:kPSK', dhparam: 'auto', maxVersion: 'TLSv1.2', pskCallback: (_, identity) => keys.get(identity) ?? null };
}

/** Secret, but nobody proves anything. */
const ANONYMOUS: TlsOptions = { ciphers: 'ADH:AECDH:@SECLEVEL=0', dhparam: 'auto', maxVersion: 'TLSv1.2' };
