// Compares the NBD server of qmon with QEMU's on the same image, alternately in one run.
// node test/bench/nbd.mjs [--size MiB] [--rounds N]; needs dist/ (node build.js), qemu-nbd, qemu-img and nbdcopy.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const DEADLINE = 120_000;

/** The child: qmon's engine with one writable export called 'disk'. */
async function serveEngine(image, format, path) {
  const { createEngine } = await import('../../dist/index.js');
  const engine = await createEngine({ machine: { blockdevs: [
    { 'driver': format, 'node-name': 'disk', 'file': { driver: 'file', filename: image, locking: 'off' } },
  ] } });
  await engine.execute('nbd-server-start', { addr: { type: 'unix', data: { path } } });
  await engine.execute('nbd-server-add', { device: 'disk', writable: true });
  process.on('SIGTERM', () => void engine.close().then(() => process.exit(0)));
}

const SERVERS = {
  qemu: (image, format, path) => spawn('qemu-storage-daemon', [
    '--blockdev', JSON.stringify({ 'driver': format, 'node-name': 'disk', 'file': { driver: 'file', filename: image, locking: 'off' } }),
    '--nbd-server', `addr.type=unix,addr.path=${path}`, '--export', 'type=nbd,id=disk,node-name=disk,name=disk,writable=on'], { stdio: 'inherit' }),
  qmon: (image, format, path) => spawn(process.execPath, [fileURLToPath(import.meta.url), '--engine', image, format, path], { stdio: 'inherit' }),
};

/** What clients do; each returns a program and its arguments. */
const WORKLOADS = {
  'nbdcopy out': (uri) => ['nbdcopy', [uri, 'null:']],
  'nbdcopy in': (uri, { source }) => ['nbdcopy', [source, uri]],
  'read 64k, depth 16': (uri, { requests }) => bench(uri, requests, '64k', '16'),
  'read 4k, depth 32': (uri, { requests }) => bench(uri, requests * 4, '4k', '32'),
  'read 4k, depth 1': (uri, { requests }) => bench(uri, requests * 2, '4k', '1'),
  'write 64k, depth 16': (uri, { requests }) => bench(uri, requests, '64k', '16', '-w'),
  'write 4k, depth 32': (uri, { requests }) => bench(uri, requests * 4, '4k', '32', '-w'),
};

const bench = (uri, count, size, depth, ...more) => ['qemu-img', ['bench', '-f', 'raw', '-c', String(count), '-s', size, '-d', depth, ...more, uri]];

/** Seconds. */
function measure([program, args]) {
  const start = performance.now();
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: DEADLINE });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
  return (performance.now() - start) / 1000;
}

async function started(path) {
  for (let waited = 0; waited < DEADLINE; waited += 20) {
    if (existsSync(path)) return sleep(100);
    await sleep(20);
  }
  throw new Error('a server did not start');
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function compare(format, { folder, source, rounds, requests }) {
  const children = [];
  const uris = {};
  try {
    for (const [name, start] of Object.entries(SERVERS)) {
      const image = join(folder, `${name}.${format}`);
      spawnSync('qemu-img', ['convert', '-f', 'raw', '-O', format, source, image], { timeout: DEADLINE });
      const path = join(folder, `${name}-${format}.sock`);
      children.push(start(image, format, path));
      await started(path);
      uris[name] = `nbd+unix:///disk?socket=${path}`;
    }
    for (const [workload, command] of Object.entries(WORKLOADS)) {
      const seconds = { qemu: [], qmon: [] };
      for (let round = 0; round <= rounds; round++) {
        for (const [name, uri] of Object.entries(uris)) {
          const taken = measure(command(uri, { source, requests }));
          if (round > 0) seconds[name].push(taken);
        }
      }
      const [qemu, qmon] = [median(seconds.qemu), median(seconds.qmon)];
      console.log(`${format.padEnd(6)} ${workload.padEnd(20)} QEMU ${qemu.toFixed(2).padStart(6)} s   qmon ${qmon.toFixed(2).padStart(6)} s   `
        + `ratio ${(qemu / qmon).toFixed(2)}   (medians of ${rounds})`);
    }
  } finally {
    for (const child of children) child.kill();
  }
}

async function main() {
  const { values } = parseArgs({ options: { size: { type: 'string', default: '512' }, rounds: { type: 'string', default: '3' } } });
  const missing = ['nbdcopy', 'qemu-img', 'qemu-storage-daemon'].filter((program) => spawnSync(program, ['--version']).status !== 0);
  if (missing.length > 0) {
    console.log(`not installed: ${missing.join(', ')}; nothing to compare with`);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'qmon-bench-nbd-'));
  try {
    const source = join(folder, 'source.raw');
    spawnSync('qemu-img', ['create', '-q', '-f', 'raw', source, `${values.size}M`]);
    measure(['qemu-io', ['-f', 'raw', '-c', `write -q -P 170 0 ${values.size}M`, source]]);
    for (const format of ['raw', 'qcow2']) await compare(format, { folder, source, rounds: Number(values.rounds), requests: Number(values.size) * 16 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[2] === '--engine') await serveEngine(...process.argv.slice(3));
else await main();
