/** Where a QMP server listens. */
export type ListenAddress =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

/** A unix socket on another host, reached through the system's own ssh. */
export interface SshAddress {
  readonly kind: 'ssh';
  /** For ssh, as it is: a name of its configuration, too. */
  readonly host: string;
  readonly user?: string;
  readonly port?: number;
  readonly path: string;
}

/** Where a QMP server is reached. */
export type Address = ListenAddress | SshAddress;

/** The kernel's room for a socket's path, without the closing NUL. */
const longestPath = process.platform === 'linux' ? 107 : 103;

/**
 * Reads `unix:PATH`, a bare PATH, `tcp:HOST:PORT`, `tcp:[IPV6]:PORT` or `ssh://[USER@]HOST[:PORT]/PATH`.
 * @throws Error saying what is wrong with the address
 */
export function parseAddress(text: string): Address {
  return text.startsWith('ssh:') ? parseSsh(text) : parseListenAddress(text);
}

/** Reads an address to listen at. @throws Error saying what is wrong with it */
export function parseListenAddress(text: string): ListenAddress {
  if (text.startsWith('ssh:')) throw new Error(`address '${text}': a server listens on this host only (unix:PATH or tcp:HOST:PORT)`);
  if (text.startsWith('tcp:')) return parseTcp(text);
  const path = text.startsWith('unix:') ? text.slice('unix:'.length) : text;
  if (path === '') throw new Error(`address '${text}': the socket's path is missing (unix:PATH or tcp:HOST:PORT)`);
  if (path.includes('\0')) throw new Error(`address '${text.replaceAll('\0', '\\0')}': a path cannot hold a NUL character`);
  const bytes = Buffer.byteLength(path);
  if (bytes > longestPath) {
    throw new Error(`address '${text}': a socket's path has at most ${longestPath} bytes, this one has ${bytes}`);
  }
  return { kind: 'unix', path };
}

/** The address as `parseAddress` reads it. */
export function formatAddress(address: Address): string {
  if (address.kind === 'unix') return `unix:${address.path}`;
  if (address.kind === 'ssh') return formatSsh(address);
  return `tcp:${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
}

/** Whether only this machine can reach the address. */
export function isLoopback(address: ListenAddress): boolean {
  if (address.kind === 'unix') return true;
  const host = address.host.toLowerCase().replace(/^::ffff:/, '');
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Only what ssh takes for a name: neither a blank nor a dash at its beginning may make an option of it. */
const sshAddress = /^ssh:\/\/(?:([\w.+][\w.+@-]*)@)?(\[[\da-fA-F:.]+(?:%[\w.-]+)?\]|[\w.][\w.-]*)(?::(\d{1,5}))?(\/[^]*)$/;

function parseSsh(text: string): SshAddress {
  const [, user, host, port, path] = sshAddress.exec(text) ?? [];
  if (host === undefined || path === undefined || path === '/') {
    throw new Error(`address '${text}': expected ssh://[USER@]HOST[:PORT]/PATH, with names of letters, digits and . _ -`);
  }
  if (Number(port ?? 0) > 65535) throw new Error(`address '${text}': the port must be a number up to 65535, not '${port}'`);
  if (/[\0-\x1f\x7f]|\$\{/.test(path)) throw new Error(`address '${text}': ssh cannot forward to a path with control characters or '\${'`);
  if (Buffer.byteLength(path) > longestPath) throw new Error(`address '${text}': a socket's path has at most ${longestPath} bytes`);
  const plain = host.startsWith('[') ? host.slice(1, -1) : host;
  return { kind: 'ssh', host: plain, path, ...(user !== undefined && { user }), ...(port !== undefined && { port: Number(port) }) };
}

function formatSsh({ user, host, port, path }: SshAddress): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return `ssh://${user === undefined ? '' : `${user}@`}${name}${port === undefined ? '' : `:${port}`}${path}`;
}

function parseTcp(text: string): ListenAddress {
  const found = /^tcp:(?:\[([^\]]*)\]|([^:]*)):([^:]*)$/.exec(text);
  if (!found) throw new Error(`address '${text}': expected tcp:HOST:PORT (an IPv6 host in brackets: tcp:[::1]:4444)`);
  const host = found[1] ?? found[2] ?? '';
  const port = found[3] ?? '';
  if (host === '') throw new Error(`address '${text}': the host is missing (tcp:HOST:PORT)`);
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) {
    throw new Error(`address '${text}': the port must be a number from 0 to 65535, not '${port}'`);
  }
  return { kind: 'tcp', host, port: Number(port) };
}
