// Compares drive-backup of an allocated raw image, and block-stream of one into an empty overlay, in qmon and in the real QEMU,
// alternately in one run.
// node test/bench/jobs.mjs [--size MiB] [--rounds N] [--format raw]... [--stream FORMAT]...; needs dist/ (node build.js) and qemu-system-x86_64.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const MIB = 1 << 20;
const DEADLINE = 120_000;

/** The child: qmon's engine on one image, spoken to like QEMU on its standard input and output. */
async function serveEngine(image, format) {
  const { createEngine } = await import('../../dist/index.js');
  const engine = await createEngine({ machine: { drives: [{ id: 'd0', if: 'none', file: image, format }] } });
  const send = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
  engine.onEvent(send);
  send({ QMP: {} });
  for await (const line of createInterface({ input: process.stdin })) {
    const { execute, arguments: args } = JSON.parse(line);
    if (execute === 'qmp_capabilities') send({ return: {} });
    else engine.execute(execute, args).then(
      (reply) => send({ return: reply }),
      (error) => send({ error: { class: error.class, desc: error.message } }),
    );
  }
  await engine.close();
}

/** A QMP peer on a child's standard input and output. */
function startPeer(program, args) {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting = [];
  let greet;
  const greeted = new Promise((resolve) => { greet = resolve; });
  const events = new Map();
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (!line.startsWith('{')) return;
    const message = JSON.parse(line);
    if (message.QMP) greet();
    else if (message.event) events.get(message.event)?.(message.data);
    else waiting.shift()?.(message);
  });
  const execute = (command, args) => new Promise((resolve, reject) => {
    waiting.push((message) => (message.error ? reject(new Error(`${command}: ${message.error.desc}`)) : resolve(message.return)));
    child.stdin.write(`${JSON.stringify({ execute: command, arguments: args })}\n`);
  });
  const event = (name) => new Promise((resolve) => events.set(name, resolve));
  const stop = () => new Promise((resolve) => {
    child.once('exit', resolve);
    child.kill();
  });
  return { greeted, execute, event, stop };
}

/** Starts a side's peer on an image, ready for commands. */
async function startSide(name, image, format) {
  const peer = name === 'qmon'
    ? startPeer(process.execPath, [fileURLToPath(import.meta.url), '--engine', image, format])
    : startPeer('qemu-system-x86_64', ['-machine', 'none', '-nodefaults', '-display', 'none', '-qmp', 'stdio',
        '-drive', `if=none,id=d0,file=${image},format=${format}`]);
  await withDeadline(peer.greeted);
  await peer.execute('qmp_capabilities');
  return peer;
}

/** Runs one job to its end; resolves with seconds. */
async function runJob(peer, command, args) {
  const completed = peer.event('BLOCK_JOB_COMPLETED');
  const start = performance.now();
  await peer.execute(command, { device: 'd0', ...args });
  const { error, offset, len } = await withDeadline(completed);
  if (error || offset !== len) throw new Error(`${command} failed: ${error ?? `${offset} of ${len} bytes`}`);
  return (performance.now() - start) / 1000;
}

/** Runs one backup into a new file; resolves with MiB per second. */
async function backup(peer, { folder, format, size }) {
  const target = join(folder, `target.${format}`);
  rmSync(target, { force: true });
  return { rate: size / MIB / (await runJob(peer, 'drive-backup', { target, format, sync: 'full' })), target };
}

/** Streams an image into an empty overlay; resolves with MiB per second. */
async function stream(name, { folder, image, format, size }) {
  const overlay = join(folder, 'overlay.qcow2');
  rmSync(overlay, { force: true });
  execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', image, '-F', format, overlay], { timeout: DEADLINE });
  const peer = await startSide(name, overlay, 'qcow2');
  try {
    return { rate: size / MIB / (await runJob(peer, 'block-stream')), target: overlay };
  } finally {
    await peer.stop();
  }
}

function withDeadline(promise) {
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error('no answer in time')), DEADLINE); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** An image without a hole or a cluster of zeroes. */
function writeImage(path, size) {
  const file = openSync(path, 'w');
  const piece = Buffer.alloc(MIB);
  for (let at = 0; at < size; at += MIB) {
    for (let word = 0; word < MIB; word += 4) piece.writeUInt32LE((at + word * 2654435761 + 1) >>> 0, word);
    writeSync(file, piece);
  }
  closeSync(file);
}

/** Memory-backed if there is room for source and target, else the folder for temporary files. */
function makeFolder(size) {
  const needed = 3.3 * size;
  const place = ['/dev/shm', tmpdir()].find((folder) => existsSync(folder) && free(folder) > needed);
  if (place === undefined) throw new Error(`no folder with ${Math.ceil(needed / MIB)} MiB free; try --size`);
  return mkdtempSync(join(place, 'qmon-bench-'));
}

function free(folder) {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** Alternates; `run` runs the job of one side. The first round warms up, and shows that both make the same image. */
async function compare(title, { rounds, image, format }, run) {
  const rates = { qemu: [], qmon: [] };
  for (let round = 0; round <= rounds; round++) {
    for (const name of ['qemu', 'qmon']) {
      const { rate, target } = await run(name);
      if (round > 0) rates[name].push(rate);
      if (round === 0) check(image, target, { format, name });
    }
  }
  const [qemu, qmon] = [median(rates.qemu), median(rates.qmon)];
  console.log(`${title.padEnd(30)} QEMU ${qemu.toFixed(0).padStart(6)} MiB/s   qmon ${qmon.toFixed(0).padStart(6)} MiB/s   `
    + `ratio ${(qmon / qemu).toFixed(2)}   (medians of ${rounds})`);
}

function check(source, target, { format, name }) {
  const compared = spawnSync('qemu-img', ['compare', '-f', 'raw', '-F', format, source, target], { encoding: 'utf8' });
  if (compared.status !== 0) throw new Error(`${name} made another image: ${compared.stdout}${compared.stderr}`);
}

async function main() {
  const { values } = parseArgs({ options: {
    size: { type: 'string', default: '1024' }, rounds: { type: 'string', default: '5' },
    format: { type: 'string', multiple: true, default: ['raw', 'qcow2'] },
    stream: { type: 'string', multiple: true, default: ['raw', 'qcow2'] },
  } });
  if (spawnSync('qemu-system-x86_64', ['--version']).status !== 0) {
    console.log('qemu-system-x86_64 is not installed: nothing to compare with');
    return;
  }
  const size = Number(values.size) * MIB;
  const rounds = Number(values.rounds);
  const folder = makeFolder(size);
  const image = join(folder, 'source.raw');
  const peers = {};
  const tidy = () => {
    for (const peer of Object.values(peers)) peer.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => { tidy(); process.exit(1); });
  try {
    writeImage(image, size);
    console.log(`${values.size} MiB in ${folder}`);
    for (const format of values.format) {
      for (const name of ['qemu', 'qmon']) peers[name] = await startSide(name, image, 'raw');
      await compare(`drive-backup raw -> ${format}`, { rounds, image, format }, (name) => backup(peers[name], { folder, format, size }));
      for (const peer of Object.values(peers)) await peer.stop();
    }
    for (const format of values.stream) {
      const base = format === 'raw' ? image : join(folder, `base.${format}`);
      if (base !== image) execFileSync('qemu-img', ['convert', '-f', 'raw', '-O', format, image, base], { timeout: DEADLINE });
      await compare(`block-stream ${format} -> qcow2`, { rounds, image, format: 'qcow2' },
        (name) => stream(name, { folder, image: base, format, size }));
    }
  } finally {
    tidy();
  }
}

if (process.argv[2] === '--engine') await serveEngine(process.argv[3], process.argv[4]);
else await main();
