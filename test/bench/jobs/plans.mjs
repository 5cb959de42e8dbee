// The images that are copied, and how each job is made ready for a round, run and checked.
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, existsSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { usageOf } from './peer.mjs';

export const MIB = 1 << 20;
const DEADLINE = 300_000;

const image = (...args) => execFileSync('qemu-img', args, { timeout: DEADLINE });

/** An image of `length` bytes with `size` bytes of data, none of it zero, in runs evenly apart. */
export function writeImage(path, { size, length }) {
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

/** The same data in another format; made once. */
function converted({ folder, source }, format) {
  if (format === 'raw') return source;
  const file = join(folder, 'source.qcow2');
  if (!existsSync(file)) image('convert', '-f', 'raw', '-O', format, source, file);
  return file;
}

function create(file, format, { backing, size }) {
  rmSync(file, { force: true });
  const below = backing ? ['-b', backing.file, '-F', backing.format] : [];
  image('create', '-q', '-f', format, ...below, file, ...(size ? [String(size)] : []));
  return file;
}

/** Runs a job to its end; resolves with the seconds until it has copied all, and what that has used. */
async function runJob(peer, command, args) {
  const first = peer.event(['BLOCK_JOB_READY', 'BLOCK_JOB_COMPLETED'], 'd0');
  const [start, before] = [performance.now(), usageOf(peer.pid)];
  await peer.execute(command, { device: 'd0', ...args });
  let end = await first;
  const seconds = (performance.now() - start) / 1000;
  const after = usageOf(peer.pid);
  if (end.event === 'BLOCK_JOB_READY') {
    const completed = peer.event(['BLOCK_JOB_COMPLETED'], 'd0');
    await peer.execute('block-job-complete', { device: 'd0' });
    end = await completed;
  }
  const { error, offset, len } = end.data;
  if (error || offset !== len) throw new Error(`${command} failed: ${error ?? `${offset} of ${len} bytes`}`);
  return { seconds, ...Object.fromEntries(Object.keys(after).map((key) => [key, after[key] - before[key]])) };
}

const copyJob = (command) => ({
  prepare: (disk) => {
    const target = join(disk.folder, 'target');
    rmSync(target, { force: true });
    const open = { file: converted(disk, disk.format), format: disk.format };
    return { open, reads: open.file, target, run: (peer) => runJob(peer, command, { target, format: disk.format, sync: 'full' }) };
  },
});

/** base (empty) <- middle (all data) [<- top (empty)]: the data goes down into the base. */
const commitJob = (isActive) => ({
  prepare: (disk) => {
    const [base, top] = ['target', 'top'].map((name) => join(disk.folder, name));
    create(base, disk.format, { size: disk.length });
    const middle = converted(disk, 'qcow2');
    image('rebase', '-u', '-f', 'qcow2', '-b', base, '-F', disk.format, middle);
    if (!isActive) create(top, 'qcow2', { backing: { file: middle, format: 'qcow2' } });
    const open = { file: isActive ? middle : top, format: 'qcow2' };
    return { open, reads: middle, target: base, run: (peer) => runJob(peer, 'block-commit', isActive ? {} : { top: middle, base }) };
  },
  tidy: (disk) => image('rebase', '-u', '-f', 'qcow2', '-b', '', converted(disk, 'qcow2')),
});

const streamJob = {
  prepare: (disk) => {
    const base = { file: converted(disk, disk.format), format: disk.format };
    const target = create(join(disk.folder, 'target'), 'qcow2', { backing: base });
    return { open: { file: target, format: 'qcow2' }, reads: base.file, target, targetFormat: 'qcow2', run: (peer) => runJob(peer, 'block-stream') };
  },
};

/** What each job needs before each round, how it runs, and how many times as fast as QEMU it is to be. */
export const JOBS = {
  'drive-backup': { ...copyJob('drive-backup'), goal: 2 },
  'drive-mirror': { ...copyJob('drive-mirror'), goal: 1.2 },
  'block-stream': { ...streamJob, goal: 2 },
  'commit': { ...commitJob(false), goal: 2 },
  'active-commit': { ...commitJob(true), goal: 1.2 },
};

/** The same for images that are mostly holes. */
export const SPARSE_GOAL = 1.5;

/** @throws Error unless the target holds what the source does */
export function check(disk, { target, targetFormat = disk.format }, name) {
  const compared = spawnSync('qemu-img', ['compare', '-f', 'raw', '-F', targetFormat, disk.source, target], { encoding: 'utf8', timeout: DEADLINE });
  if (compared.status !== 0) throw new Error(`${name} made another image: ${compared.stdout}${compared.stderr}`);
}

/** The clusters that the target holds, as one text: two targets are allocated alike when these are the same. */
export function allocation(disk, { target, targetFormat = disk.format }) {
  const runs = JSON.parse(execFileSync('qemu-img', ['map', '--output=json', '-f', targetFormat, target], { encoding: 'utf8', timeout: DEADLINE }));
  const joined = [];
  for (const { start, length, zero, data } of runs) {
    const last = joined.at(-1);
    if (last?.zero === zero && last.data === data) last.end = start + length;
    else joined.push({ start, end: start + length, zero, data });
  }
  return JSON.stringify(joined);
}
