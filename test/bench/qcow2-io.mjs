// Compares requests through the qcow2 driver with `qemu-img bench`: the same image, the same offsets, alternately in one run.
// node test/bench/qcow2-io.mjs [--size MiB] [--rounds N] [--only TEXT] [--folder DIR]; needs dist/ (node build.js) and qemu-img.
// Both sides go through the host's page cache (cache mode writeback) and QEMU uses its default, a pool of threads, as Node does.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const KIB = 1 << 10;
const MIB = 1 << 20;
const DEADLINE = { timeout: 120_000 };
const PATTERN = 0xa5;

/** Every block of the image once before any comes again, neighbours far apart. */
const scattered = (length) => ({ length, step: 1009 * 64 * KIB + (length < 64 * KIB ? length : 0) });
const inOrder = { length: MIB, step: MIB };

/** `fresh`: into an empty image, so that every request allocates; else the image is full. */
function* cases(size) {
  const shapes = [
    { name: 'random 4 KiB', ...scattered(4 * KIB), count: 20_000, goal: 0.5 },
    { name: 'random 64 KiB', ...scattered(64 * KIB), count: 10_000, goal: 0.5 },
    { name: 'sequential 1 MiB', ...inOrder, count: size / MIB, goal: 1 },
  ];
  for (const shape of shapes) {
    for (const depth of [1, 16]) {
      yield { ...shape, depth, operation: 'read' };
      yield { ...shape, depth, operation: 'write' };
      yield { ...shape, depth, operation: 'write', fresh: true, count: Math.min(shape.count, size / (64 * KIB)) };
    }
  }
}

function createImage(image, size) {
  execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', image, String(size)], DEADLINE);
}

function fillImage(image, size) {
  createImage(image, size);
  execFileSync('qemu-img', ['bench', '-q', '-f', 'qcow2', '-w', '--pattern', '1', '-s', '1M', '-c', String(size / MIB), image], DEADLINE);
}

/** Seconds. */
function runQemu(image, { length, step, count, depth, operation }) {
  const args = ['bench', '-f', 'qcow2', '-t', 'writeback', '-s', length, '-S', step, '-c', count, '-d', depth];
  if (operation === 'write') args.push('-w', '--pattern', PATTERN);
  const { status, stdout, stderr } = spawnSync('qemu-img', [...args, image].map(String), { encoding: 'utf8', ...DEADLINE });
  if (status !== 0) throw new Error(`qemu-img bench: ${stderr}`);
  return Number(/completed in ([\d.]+) seconds/.exec(stdout)[1]);
}

/** Seconds. */
async function runQmon(image, request) {
  const { createEngine, ioBuffer } = await import('../../dist/index.js');
  const buffer = ioBuffer(request.length).fill(PATTERN);
  const engine = await createEngine({ machine: { drives: [{ id: 'd0', if: 'none', file: image, format: 'qcow2' }] } });
  try {
    await engine.open();
    const backend = engine.graph.backends.get('d0');
    const start = performance.now();
    await keepBusy(backend, request, buffer);
    return (performance.now() - start) / 1000;
  } finally {
    await engine.close();
  }
}

/** Keeps `depth` requests under way. As in QEMU all have the same buffer, which begins with a page and stays in the processor's cache. */
async function keepBusy(backend, { step, count, depth, operation }, buffer) {
  let left = count;
  let offset = 0;
  const stream = async () => {
    while (left-- > 0) {
      const at = offset;
      offset = (offset + step) % backend.length;
      await backend[operation](at, buffer);
    }
  };
  await Promise.all(Array.from({ length: depth }, stream));
}

async function compare(image, request, { rounds, size }) {
  const seconds = { qemu: [], qmon: [] };
  for (let round = 0; round <= rounds; round++) {
    for (const [side, run] of [['qemu', runQemu], ['qmon', runQmon]]) {
      if (request.fresh) createImage(image, size);
      const taken = await run(image, request);
      if (round > 0) seconds[side].push(taken);
    }
  }
  return { qemu: request.count / median(seconds.qemu), qmon: request.count / median(seconds.qmon) };
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function row(request, { qemu, qmon }) {
  const { name, operation, fresh, depth, goal } = request;
  const ratio = qmon / qemu;
  const cells = [name.padEnd(17), (fresh ? 'allocating write' : operation).padEnd(17), String(depth).padStart(5)];
  for (const rate of [qemu, qmon]) cells.push(rate.toFixed(0).padStart(9));
  return `${cells.join(' ')} ${ratio.toFixed(2).padStart(7)} ${goal.toFixed(1).padStart(5)}${ratio < goal ? '  missed' : ''}`;
}

const { values } = parseArgs({ options: {
  size: { type: 'string', default: '1024' }, rounds: { type: 'string', default: '5' }, only: { type: 'string', default: '' },
  folder: { type: 'string', default: existsSync('/dev/shm') ? '/dev/shm' : tmpdir() },
} });
const size = Number(values.size) * MIB;
const folder = mkdtempSync(join(values.folder, 'qmon-bench-'));
const tidy = () => rmSync(folder, { recursive: true, force: true });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => { tidy(); process.exit(1); });
try {
  const full = join(folder, 'full.qcow2');
  const fresh = join(folder, 'fresh.qcow2');
  fillImage(full, size);
  console.log(`qcow2 of ${values.size} MiB in ${folder}, requests a second, medians of ${values.rounds}`);
  console.log(`${'requests'.padEnd(35)} depth      QEMU      qmon   ratio  goal`);
  for (const request of cases(size)) {
    const line = row(request, { qemu: 0, qmon: 0 });
    if (!line.includes(values.only)) continue;
    console.log(row(request, await compare(request.fresh ? fresh : full, request, { rounds: Number(values.rounds), size })));
  }
  execFileSync('qemu-img', ['check', '-q', full], DEADLINE);
} finally {
  tidy();
}
