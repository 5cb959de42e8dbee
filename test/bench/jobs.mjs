// Compares the block jobs of qmon and of the real QEMU, alternately in one run, on the same images: wall time, CPU time, peak memory,
// qmon's longest stop of the event loop, and how soon query-block answers while four jobs run.
// node test/bench/jobs.mjs [--size MiB] [--rounds N] [--job NAME]... [--format raw|qcow2]... [--sparse]
// --sparse: the image is 16 times as large as its data. Needs dist/ (node build.js) and qemu-system-x86_64.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, ftruncateSync, mkdtempSync, openSync, readFileSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const MIB = 1 << 20;
const DEADLINE = 120_000;

/** The child: qmon's engine on images, spoken to like QEMU on its standard input and output. */
async function serveEngine(format, files) {
  const { createEngine } = await import('../../dist/index.js');
  const drives = files.map((file, index) => ({ id: `d${index}`, if: 'none', file, format }));
  const engine = await createEngine({ machine: { drives } });
  const delays = monitorEventLoopDelay({ resolution: 1 });
  const send = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
  engine.onEvent(send);
  send({ QMP: {} });
  for await (const line of createInterface({ input: process.stdin })) {
    const { execute, arguments: args } = JSON.parse(line);
    if (execute === 'qmp_capabilities') {
      delays.enable();
      send({ return: {} });
    } else if (execute === 'bench-block') send({ return: delays.max / 1e6 });
    else engine.execute(execute, args).then(
      (reply) => send({ return: reply }),
      (error) => send({ error: { class: error.class, desc: error.message } }),
    );
  }
  await engine.close();
}

/** A QMP peer on a child's standard input and output. */
function startPeer(program, args) {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'] });
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
  return { greeted, execute, event, stop, pid: child.pid };
}

/** Starts a side's peer on images d0, d1 ..., ready for commands. */
async function startSide(name, format, ...images) {
  const drives = images.flatMap((image, index) => ['-drive', `if=none,id=d${index},file=${image},format=${format}`]);
  const peer = name === 'qmon'
    ? startPeer(process.execPath, [fileURLToPath(import.meta.url), '--engine', format, ...images])
    : startPeer('qemu-system-x86_64', ['-machine', 'none', '-nodefaults', '-display', 'none', '-qmp', 'stdio', ...drives]);
  await withDeadline(peer.greeted);
  await peer.execute('qmp_capabilities');
  return peer;
}

/** Milliseconds of CPU that a process has used. */
function cpuOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** MiB of memory that a process had at most. */
function peakOf(pid) {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
}

/** Runs one job to its end; resolves with the seconds until it has copied all, and the CPU's. */
async function runJob(peer, command, args) {
  const completed = peer.event('BLOCK_JOB_COMPLETED');
  const ready = peer.event('BLOCK_JOB_READY').then(() => 'ready');
  const [start, cpu] = [performance.now(), cpuOf(peer.pid)];
  await peer.execute(command, { device: 'd0', ...args });
  let end = await withDeadline(Promise.race([completed, ready]));
  const cost = { seconds: (performance.now() - start) / 1000, cpu: (cpuOf(peer.pid) - cpu) / 1000 };
  if (end === 'ready') {
    await peer.execute('block-job-complete', { device: 'd0' });
    end = await withDeadline(completed);
  }
  const { error, offset, len } = end;
  if (error || offset !== len) throw new Error(`${command} failed: ${error ?? `${offset} of ${len} bytes`}`);
  return cost;
}

function makeImage(file, format, { backing, size }) {
  rmSync(file, { force: true });
  const below = backing ? ['-b', backing.file, '-F', backing.format] : [];
  execFileSync('qemu-img', ['create', '-q', '-f', format, ...below, file, ...(size ? [String(size)] : [])], { timeout: DEADLINE });
}

const copyJob = (command) => ({
  prepare: ({ folder, image, format }) => ({ open: image, target: join(folder, `target.${format}`), targetFormat: format, openFormat: 'raw' }),
  run: (peer, { target, targetFormat }) => runJob(peer, command, { target, format: targetFormat, sync: 'full' }),
});

/** base (empty) <- middle (all data) [<- top (empty)]: the data goes down into the base. */
const commitJob = (isActive) => ({
  prepare: ({ folder, image, format, length }) => {
    const [base, middle, top] = ['base', 'middle', 'top'].map((name) => join(folder, name));
    makeImage(base, format, { size: length });
    if (!existsSync(middle)) execFileSync('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', image, middle], { timeout: DEADLINE });
    execFileSync('qemu-img', ['rebase', '-u', '-f', 'qcow2', '-b', base, '-F', format, middle], { timeout: DEADLINE });
    if (!isActive) makeImage(top, 'qcow2', { backing: { file: middle, format: 'qcow2' } });
    return { open: isActive ? middle : top, openFormat: 'qcow2', target: base, targetFormat: format, middle };
  },
  run: (peer, { middle, target }) => runJob(peer, 'block-commit', isActive ? {} : { top: middle, base: target }),
  keepsTarget: true,
});

/** What each job needs before each round, and how it runs. */
const JOBS = {
  'drive-backup': copyJob('drive-backup'),
  'drive-mirror': copyJob('drive-mirror'),
  'block-stream': {
    prepare: ({ folder, image, format }) => {
      const base = format === 'raw' ? image : join(folder, 'stream-base');
      if (!existsSync(base)) execFileSync('qemu-img', ['convert', '-f', 'raw', '-O', format, image, base], { timeout: DEADLINE });
      const overlay = join(folder, 'overlay');
      makeImage(overlay, 'qcow2', { backing: { file: base, format } });
      return { open: overlay, openFormat: 'qcow2', target: overlay, targetFormat: 'qcow2' };
    },
    run: (peer) => runJob(peer, 'block-stream'),
    keepsTarget: true,
  },
  'commit': commitJob(false),
  'active-commit': commitJob(true),
};

function withDeadline(promise) {
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error('no answer in time')), DEADLINE); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** An image of `length` bytes with `size` bytes of data, none of it zero, in runs evenly apart. */
function writeImage(path, { size, length }) {
  const file = openSync(path, 'w');
  ftruncateSync(file, length);
  const piece = Buffer.alloc(MIB);
  const run = Math.max(MIB, size / 16);
  for (let at = 0; at < size; at += MIB) {
    for (let word = 0; word < MIB; word += 4) piece.writeUInt32LE((at + word * 2654435761 + 1) >>> 0, word);
    writeSync(file, piece, 0, MIB, Math.floor(at / run) * run * (length / size) + (at % run));
  }
  closeSync(file);
}

/** Memory-backed if there is room for source and target, else the folder for temporary files. */
function makeFolder(size) {
  const needed = 4.5 * size;
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

/** Alternates. The first round warms up, and shows that both make the same image. */
async function compare(job, disk) {
  const { rounds, image, size, format } = disk;
  const costs = { qemu: [], qmon: [] };
  const worst = { qemu: 0, qmon: 0, block: 0 };
  for (let round = 0; round <= rounds; round++) {
    for (const name of ['qemu', 'qmon']) {
      const plan = JOBS[job].prepare(disk);
      if (!JOBS[job].keepsTarget) rmSync(plan.target, { force: true });
      const peer = await startSide(name, plan.openFormat, plan.open);
      try {
        const cost = await JOBS[job].run(peer, plan);
        if (round > 0) costs[name].push(cost);
        worst[name] = Math.max(worst[name], peakOf(peer.pid));
        if (name === 'qmon') worst.block = Math.max(worst.block, await peer.execute('bench-block'));
      } finally {
        await peer.stop();
      }
      if (round === 0) check(image, plan.target, { format: plan.targetFormat, name });
    }
  }
  const of = (name, what) => median(costs[name].map((cost) => cost[what]));
  const ratio = (what) => (of('qemu', what) / of('qmon', what)).toFixed(2);
  const rate = (name) => (size / MIB / of(name, 'seconds')).toFixed(0).padStart(5);
  console.log(`${job.padEnd(13)} ${format.padEnd(5)}  MiB/s QEMU ${rate('qemu')} qmon ${rate('qmon')}  ratio wall ${ratio('seconds')} CPU ${ratio('cpu')}  `
    + `peak MiB ${worst.qemu.toFixed(0)} / ${worst.qmon.toFixed(0)}  longest block ${worst.block.toFixed(1)} ms`);
}

/** Asks query-block while four backups run. */
async function askDuringJobs({ folder, size }) {
  const images = [0, 1, 2, 3].map((index) => join(folder, `four-${index}`));
  for (const image of images) writeImage(image, { size: size / 4, length: size / 4 });
  for (const name of ['qemu', 'qmon']) {
    const peer = await startSide(name, 'raw', ...images);
    try {
      for (const [index, image] of images.entries()) {
        await peer.execute('drive-backup', { device: `d${index}`, target: `${image}.copy`, format: 'qcow2', sync: 'full' });
      }
      const times = [];
      while ((await peer.execute('query-block-jobs')).length > 0) {
        const start = performance.now();
        await peer.execute('query-block');
        times.push(performance.now() - start);
      }
      times.sort((a, b) => a - b);
      console.log(`query-block during four jobs  ${name}  median ${median(times)?.toFixed(1)} ms  `
        + `p99 ${times[Math.ceil(times.length * 0.99) - 1]?.toFixed(1)} ms  (${times.length} answers)`);
    } finally {
      await peer.stop();
    }
    for (const image of images) rmSync(`${image}.copy`, { force: true });
  }
  for (const image of images) rmSync(image);
}

function check(source, target, { format, name }) {
  const compared = spawnSync('qemu-img', ['compare', '-f', 'raw', '-F', format, source, target], { encoding: 'utf8' });
  if (compared.status !== 0) throw new Error(`${name} made another image: ${compared.stdout}${compared.stderr}`);
}

async function main() {
  const { values } = parseArgs({ options: {
    size: { type: 'string', default: '1024' }, rounds: { type: 'string', default: '5' }, sparse: { type: 'boolean', default: false },
    job: { type: 'string', multiple: true, default: [...Object.keys(JOBS), 'query-block'] },
    format: { type: 'string', multiple: true, default: ['raw', 'qcow2'] },
  } });
  if (spawnSync('qemu-system-x86_64', ['--version']).status !== 0) {
    console.log('qemu-system-x86_64 is not installed: nothing to compare with');
    return;
  }
  const size = Number(values.size) * MIB;
  const length = values.sparse ? 16 * size : size;
  const folder = makeFolder(size);
  const image = join(folder, 'source.raw');
  const tidy = () => rmSync(folder, { recursive: true, force: true });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => { tidy(); process.exit(1); });
  try {
    writeImage(image, { size, length });
    console.log(`${values.size} MiB of data in ${length / MIB} MiB, in ${folder}, medians of ${values.rounds}; ratio: QEMU's time / qmon's`);
    for (const job of values.job.filter((name) => name !== 'query-block')) {
      for (const format of values.format) {
        await compare(job, { folder, image, size, length, format, rounds: Number(values.rounds) });
        for (const name of ['target.raw', 'target.qcow2', 'overlay', 'base', 'middle', 'top', 'stream-base']) rmSync(join(folder, name), { force: true });
      }
    }
    if (values.job.includes('query-block')) await askDuringJobs({ folder, size });
  } finally {
    tidy();
  }
}

if (process.argv[2] === '--engine') await serveEngine(process.argv[3], process.argv.slice(4));
else await main();
