import { bool, described, enumeration, int, str, struct, union } from '../schema.ts';
import { throttleGroupProperties } from './throttle-group-properties.ts';

const secretProperties = struct('SecretProperties', {
  '*data': described(str, 'the secret itself'),
  '*file': described(str, 'file that holds the secret'),
  '*format': described(enumeration('QCryptoSecretFormat', ['raw', 'base64']), 'how the data is written'),
  '*keyid': described(str, 'secret with which the data is encrypted'),
  '*iv': described(str, 'initialization vector of the encryption, in base64'),
});

const iothreadProperties = struct('IothreadProperties', {
  '*poll-max-ns': int, '*poll-grow': int, '*poll-shrink': int, '*aio-max-batch': int, '*thread-pool-min': int, '*thread-pool-max': int,
});

const credentials = {
  '*verify-peer': described(bool, 'check the other side\'s identity'),
  '*dir': described(str, 'folder of the credentials'),
  '*endpoint': described(enumeration('QCryptoTLSCredsEndpoint', ['client', 'server']), 'whose credentials they are'),
  '*priority': described(str, 'priority string for the TLS library'),
} as const;

/** Arguments of `object-add`: the properties of each type that this engine makes. */
export const objectOptions = union<{ 'qom-type': string; id: string; [property: string]: unknown }>({
  name: 'ObjectOptions',
  base: {
    'qom-type': enumeration('ObjectType', ['iothread', 'secret', 'throttle-group', 'tls-creds-anon', 'tls-creds-psk', 'tls-creds-x509']),
    id: str,
  },
  discriminator: 'qom-type',
  branches: {
    'iothread': iothreadProperties,
    'secret': secretProperties,
    'throttle-group': throttleGroupProperties,
    'tls-creds-anon': struct('TlsCredsAnonProperties', credentials),
    'tls-creds-psk': struct('TlsCredsPskProperties', { ...credentials, '*username': str }),
    'tls-creds-x509': struct('TlsCredsX509Properties', { ...credentials, '*sanity-check': bool, '*passwordid': str }),
  },
});
