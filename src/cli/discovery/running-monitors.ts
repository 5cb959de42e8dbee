import { accessSync, constants, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readCommandLine, type ServedAt } from './monitor-options.ts';

/** A QMP socket of a QEMU that runs on this host. */
export interface FoundMonitor {
  /** As `--connect` takes it. */
  readonly address: string;
  readonly pid: number;
  readonly name: string;
  /** Whether another client holds it; a monitor serves one at a time. Undefined: it cannot be told. */
  readonly isBusy?: boolean;
}

/** Unix sockets of this host. */
interface UnixSockets {
  readonly pathOf: ReadonlyMap<string, string>;
  /** Paths with a connection. */
  readonly busy: ReadonlySet<string>;
}

/** The QMP sockets of running QEMUs that this user may open, those that nobody holds first. Nothing is connected to. */
export function findRunningMonitors(proc = '/proc'): FoundMonitor[] {
  const sockets = readUnixSockets(proc);
  const pids = orNothing(() => readdirSync(proc))?.filter((name) => /^\d+$/.test(name)) ?? [];
  const found = pids.flatMap((pid) => monitorsOf(proc, pid, sockets));
  return found.sort((one, other) => Number(one.isBusy === true) - Number(other.isBusy === true) || one.pid - other.pid);
}

function monitorsOf(proc: string, pid: string, sockets: UnixSockets): FoundMonitor[] {
  const words = orNothing(() => readFileSync(join(proc, pid, 'cmdline'), 'utf8'))?.split('\0') ?? [];
  const facts = readCommandLine(words);
  if (facts === undefined) return [];
  return facts.served.flatMap((served) => {
    const place = placeOf(served, join(proc, pid), sockets);
    return place === undefined ? [] : [{ ...place, pid: Number(pid), name: facts.name }];
  });
}

function placeOf(served: ServedAt, process: string, sockets: UnixSockets): Pick<FoundMonitor, 'address' | 'isBusy'> | undefined {
  if (served.kind === 'tcp') return { address: `tcp:${served.host.includes(':') ? `[${served.host.replace(/^\[|\]$/g, '')}]` : served.host || 'localhost'}:${served.port}` };
  const path = served.kind === 'unix' ? served.path : pathOfDescriptor(served.fd, process, sockets);
  const cwd = path?.startsWith('/') ? '/' : orNothing(() => readlinkSync(join(process, 'cwd')));
  if (path === undefined || cwd === undefined) return undefined;
  const absolute = resolve(cwd, path);
  return mayOpen(absolute) ? { address: `unix:${absolute}`, isBusy: sockets.busy.has(path) } : undefined;
}

function pathOfDescriptor(fd: string, process: string, { pathOf }: UnixSockets): string | undefined {
  const inode = /^socket:\[(\d+)\]$/.exec(orNothing(() => readlinkSync(join(process, 'fd', fd))) ?? '')?.[1];
  return inode === undefined ? undefined : pathOf.get(inode);
}

/** Columns: address, references, protocol, flags, type, state (03: connected), inode, path. */
function readUnixSockets(proc: string): UnixSockets {
  const lines = orNothing(() => readFileSync(join(proc, 'net', 'unix'), 'utf8'))?.split('\n').slice(1) ?? [];
  const rows = lines.map((line) => /^\S+ \S+ \S+ \S+ \S+ (\S+) +(\d+) (.+)$/.exec(line)).filter((row) => row !== null);
  return {
    pathOf: new Map(rows.map(([, , inode = '', path = '']) => [inode, path])),
    busy: new Set(rows.filter(([, state]) => state === '03').map(([, , , path = '']) => path)),
  };
}

function mayOpen(path: string): boolean {
  return orNothing(() => {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  }) ?? false;
}

/** Processes end while they are looked at, and those of others do not tell everything. */
function orNothing<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    return undefined;
  }
}
