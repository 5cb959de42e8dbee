/** Where a QMP server listens. */
export type Address =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

/** The kernel's room for a socket's path, without the closing NUL. */
const longestPath = process.platform === 'linux' ? 107 : 103;

/**
 * Reads `unix:PATH`, a bare PATH, `tcp:HOST:PORT` or `tcp:[IPV6]:PORT`.
 * @throws Error saying what is wrong with the address
 */
export function parseAddress(text: string): Address {
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
  return `tcp:${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
}

/** Whether only this machine can reach the address. */
export function isLoopback(address: Address): boolean {
  if (address.kind === 'unix') return true;
  const host = address.host.toLowerCase().replace(/^::ffff:/, '');
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function parseTcp(text: string): Address {
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
