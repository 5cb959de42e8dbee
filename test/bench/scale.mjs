// Whether graph operations stay linear: what each image of longer and longer chains costs, and each of more and more drives.
// Processor time, as that depends less on what else runs. What takes but a few microseconds for each may take longer when the many
// no longer fit the processor's caches; what is really quadratic takes ten times as long for ten times as many.
// node test/bench/scale.mjs [--rounds N] [--only TEXT] [--folder DIR]; needs dist/ (node build.js) and qemu-img.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createEngine } from '../../dist/index.js';

const CHAINS = [10, 50, 100, 200];
const CROWDS = [100, 250, 500, 1000];
/** Disks on one virtual controller. */
const ON_A_BUS = 100;
/** Time for each at the largest size, measured in that at the smallest. */
const GOAL = 1.5;

const { values } = parseArgs({ options: {
  rounds: { type: 'string', default: '5' }, only: { type: 'string', default: '' },
  folder: { type: 'string', default: existsSync('/dev/shm') ? '/dev/shm' : tmpdir() },
} });
const folder = mkdtempSync(join(values.folder, 'qmon-bench-'));

const qemuImg = (...args) => execFileSync('qemu-img', args, { timeout: 60_000, stdio: 'ignore' });

/** A chain by the names that the images keep; returns the top's. */
function makeChain(length) {
  const image = (number) => join(folder, `chain${number}.qcow2`);
  for (let number = 0; number < length; number++) {
    if (existsSync(image(number))) continue;
    qemuImg('create', '-q', '-f', 'qcow2', ...(number === 0 ? [] : ['-b', image(number - 1), '-F', 'qcow2']), image(number), '64M');
  }
  return image(length - 1);
}

/** Runs work on an engine and closes it; both are told. */
async function withEngine(machine, time, work) {
  const engine = await createEngine({ machine });
  await time('open', () => engine.open());
  try {
    await work(engine);
  } finally {
    await time('close', () => engine.close());
  }
}

async function measureChain(length, time) {
  const file = makeChain(length);
  const drive = { id: 'd0', if: 'none', file, format: 'qcow2' };
  await withEngine({ drives: [drive] }, time, async (engine) => {
    await time('query-block', () => engine.execute('query-block'));
    await time('query-blockstats', () => engine.execute('query-blockstats'));
    await time('query-named-block-nodes flat', () => engine.execute('query-named-block-nodes', { flat: true }));
  });
  await snapshots(length, time);
  await nodesByHand(length, time);
}

/** A chain that grows by external snapshots and is then streamed away. */
async function snapshots(length, time) {
  const base = join(folder, 'base.qcow2');
  qemuImg('create', '-q', '-f', 'qcow2', base, '64M');
  const overlay = (number) => join(folder, `overlay${number}.qcow2`);
  await withEngine({ drives: [{ id: 'd0', if: 'none', file: base, format: 'qcow2' }] }, ignore, async (engine) => {
    await time('blockdev-snapshot-sync, one for each', async () => {
      for (let number = 0; number < length; number++) {
        await engine.execute('blockdev-snapshot-sync', { device: 'd0', 'snapshot-file': overlay(number), format: 'qcow2' });
      }
    });
    const done = new Promise((resolve) => {
      engine.onEvent(({ event }) => event === 'BLOCK_JOB_COMPLETED' && resolve());
    });
    await time('block-stream, to its end', async () => {
      await engine.execute('block-stream', { device: 'd0' });
      await done;
    });
  });
  for (let number = 0; number < length; number++) rmSync(overlay(number));
}

/** A chain of named nodes, none of which the image above it names: their names are `json:`, and hold all that is below. */
async function nodesByHand(length, time) {
  const image = (number) => join(folder, `node${number}.qcow2`);
  for (let number = 0; number < length; number++) {
    if (number === 0) qemuImg('create', '-q', '-f', 'qcow2', image(0), '1M');
    else copyFileSync(image(0), image(number));
  }
  await withEngine({}, ignore, async (engine) => {
    await time('blockdev-add, one upon the other', async () => {
      for (let number = 0; number < length; number++) {
        await engine.execute('blockdev-add', {
          driver: 'qcow2', 'node-name': `n${number}`, file: { driver: 'file', filename: image(number) },
          backing: number === 0 ? null : `n${number - 1}`,
        });
      }
    });
    await time('query-named-block-nodes of these', () => engine.execute('query-named-block-nodes', { flat: true }));
    await time('blockdev-del, from the top', async () => {
      for (let number = length - 1; number >= 0; number--) await engine.execute('blockdev-del', { 'node-name': `n${number}` });
    });
  });
}

async function measureCrowd(count, time) {
  const image = (number) => join(folder, `drive${number}.qcow2`);
  for (let number = 0; number < count; number++) {
    if (existsSync(image(number))) continue;
    if (number === 0) qemuImg('create', '-q', '-f', 'qcow2', image(0), '1M');
    else copyFileSync(image(0), image(number));
  }
  const numbers = Array.from({ length: count }, (_, number) => number);
  const drives = numbers.map((number) => ({ id: `d${number}`, if: 'none', file: image(number), format: 'qcow2' }));
  const devices = Array.from({ length: Math.ceil(count / ON_A_BUS) }, (_, bus) => ({ driver: 'virtio-scsi-pci', id: `scsi${bus}` }));
  await withEngine({ drives, devices }, time, async (engine) => {
    const each = (name, run) => time(`${name}, one for each`, async () => {
      for (const number of numbers) await run(number);
    });
    await time('query-block', () => engine.execute('query-block'));
    await time('query-blockstats', () => engine.execute('query-blockstats'));
    await time('query-named-block-nodes', () => engine.execute('query-named-block-nodes'));
    await each('block_set_io_throttle', (number) => engine.execute('block_set_io_throttle', {
      device: `d${number}`, bps: 1 << 20, bps_rd: 0, bps_wr: 0, iops: 0, iops_rd: 0, iops_wr: 0,
    }));
    await each('device_add', (number) => engine.execute('device_add', {
      driver: 'scsi-hd', id: `s${number}`, drive: `d${number}`, bus: `scsi${Math.floor(number / ON_A_BUS)}.0`,
    }));
    await each('device_del', (number) => engine.execute('device_del', { id: `s${number}` }));
    await each('blockdev-add', (number) => engine.execute('blockdev-add', { driver: 'null-co', 'node-name': `n${number}`, size: 1 << 20 }));
    await each('blockdev-del', (number) => engine.execute('blockdev-del', { 'node-name': `n${number}` }));
  });
}

async function ignore(_, work) {
  await work();
}

/**
 * Operation -> size -> microseconds for each image or drive, of every round. Small sizes are repeated until they have made as many as
 * the largest: else their rounds are over before the garbage, which all sizes leave, is collected.
 */
async function measure(sizes, run) {
  const table = new Map();
  for (let round = 0; round <= Number(values.rounds); round++) {
    for (const size of sizes) {
      const repeats = Math.ceil(sizes.at(-1) / size);
      const spent = new Map();
      for (let repeat = 0; repeat < repeats; repeat++) {
        await run(size, async (operation, work) => {
          const start = process.cpuUsage();
          await work();
          const { user, system } = process.cpuUsage(start);
          spent.set(operation, (spent.get(operation) ?? 0) + user + system);
        });
      }
      for (const [operation, microseconds] of round > 0 ? spent : []) {
        const row = table.get(operation) ?? new Map();
        table.set(operation, row);
        row.set(size, [...(row.get(size) ?? []), microseconds / (size * repeats)]);
      }
    }
  }
  return table;
}

function print(title, sizes, table) {
  console.log(`\n${title.padEnd(38)} ${sizes.map((size) => String(size).padStart(8)).join(' ')}   last/first`);
  for (const [operation, row] of table) {
    const each = sizes.map((size) => Math.min(...row.get(size)));
    const ratio = each.at(-1) / each[0];
    const cells = each.map((microseconds) => microseconds.toFixed(0).padStart(8)).join(' ');
    console.log(`${operation.padEnd(38)} ${cells}   ${ratio.toFixed(2).padStart(10)}${ratio > GOAL ? '  not linear' : ''}`);
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => { rmSync(folder, { recursive: true, force: true }); process.exit(1); });
}
try {
  console.log(`microseconds of processor time for each image or drive, the least of ${values.rounds} rounds`);
  if ('chain'.includes(values.only)) print('images in one chain', CHAINS, await measure(CHAINS, measureChain));
  if ('drives'.includes(values.only)) print('drives', CROWDS, await measure(CROWDS, measureCrowd));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
