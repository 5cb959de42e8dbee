// Compares the block jobs of `qmon serve` and of the real QEMU, in turns, in one run, on the same images: wall time, processor
// time, peak memory, and the longest turn of qmon's main thread; then how soon query-block answers while four jobs run, how soon
// a cancelled job ends, and whether a speed is kept. Where a goal is missed, the end of the report says by how much, and what
// was measured about it. Needs dist/ (node build.js) and qemu-system-x86_64.
// node test/bench/jobs.mjs [--size MiB] [--rounds N] [--job NAME]... [--format raw|qcow2]... [--sparse] [--folder DIR]
// --sparse: the image is 16 times as large as its data. --folder: where the images lie; absent: in memory if there is room.
// Machines that do other work too: look at the least times and the processor times; the medians tell as much of the other work.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { askDuringJobs, cancelJobs, keepSpeed, quantile } from './jobs/limits.mjs';
import { peakOf, startPeer } from './jobs/peer.mjs';
import { allocation, check, JOBS, MIB, SPARSE_GOAL, writeImage } from './jobs/plans.mjs';

const LIMITS = { 'query-block': askDuringJobs, 'cancel': cancelJobs, 'speed': keepSpeed };
const MOST_MEMORY = 150;
const LONGEST_TURN = 8;

const shell = (command) => spawnSync('sh', ['-c', command], { stdio: 'ignore' });

/** One run of one side, on images as fresh and as cached as the other side's. */
async function runOnce(job, name, disk) {
  const plan = JOBS[job].prepare(disk);
  shell(`cat ${plan.reads} > /dev/null; sync -f ${disk.folder}`);
  const peer = await startPeer(name, disk.folder, [plan.open]);
  try {
    const cost = await plan.run(peer);
    return { ...cost, peak: peakOf(peer.pid), turn: peer.longestTurn(), plan };
  } finally {
    await peer.stop();
  }
}

/** Seconds that the host's own `cp` takes for the same data. */
function copyBarely({ folder, source }) {
  const target = join(folder, 'target');
  rmSync(target, { force: true });
  shell(`cat ${source} > /dev/null; sync -f ${folder}`);
  const start = performance.now();
  shell(`cp --reflink=never ${source} ${target}`);
  return (performance.now() - start) / 1000;
}

/** Takes turns. The first round warms up, and shows that both make the same image. */
async function compare(job, disk) {
  const runs = { qemu: [], qmon: [], cp: [] };
  const maps = {};
  for (let round = 0; round <= disk.rounds; round++) {
    for (const name of round % 2 === 0 ? ['qemu', 'qmon'] : ['qmon', 'qemu']) {
      const run = await runOnce(job, name, disk);
      if (round > 0) runs[name].push(run);
      else {
        check(disk, run.plan, name);
        maps[name] = allocation(disk, run.plan);
      }
    }
    if (round > 0) runs.cp.push({ seconds: copyBarely(disk) });
  }
  JOBS[job].tidy?.(disk);
  const result = summarize(job, disk, runs);
  result.isAllocatedAlike = maps.qemu === maps.qmon;
  console.log(rowOf(result));
  return result;
}

function summarize(job, disk, runs) {
  const of = (name, what, part = 0.5) => quantile(runs[name].map((run) => run[what]), part);
  const side = (name) => Object.fromEntries(['seconds', 'cpu', 'kernel', 'main', 'waited'].map((what) => [what, of(name, what)]));
  return {
    job, format: disk.format, size: disk.size, goal: disk.isSparse ? SPARSE_GOAL : JOBS[job].goal,
    qemu: { ...side('qemu'), least: of('qemu', 'seconds', 0), peak: of('qemu', 'peak', 1) },
    qmon: { ...side('qmon'), least: of('qmon', 'seconds', 0), peak: of('qmon', 'peak', 1), turn: of('qmon', 'turn', 1) },
    cp: { seconds: of('cp', 'seconds'), least: of('cp', 'seconds', 0) },
    ratio: of('qemu', 'seconds') / of('qmon', 'seconds'),
  };
}

const fixed = (value, digits = 2) => value.toFixed(digits);

function rowOf({ job, format, size, goal, qemu, qmon, cp, ratio, isAllocatedAlike }) {
  const rate = (side) => fixed(size / MIB / side.seconds, 0).padStart(5);
  return `${job.padEnd(13)} ${format.padEnd(5)}  MiB/s QEMU ${rate(qemu)} qmon ${rate(qmon)} cp ${rate(cp)}  ratio ${fixed(ratio)} (goal ${goal.toFixed(1)}), `
    + `of least times ${fixed(qemu.least / qmon.least)}, CPU ${fixed(qemu.cpu / qmon.cpu)}  peak MiB ${fixed(qemu.peak, 0)} / ${fixed(qmon.peak, 0)}  `
    + `longest turn ${fixed(qmon.turn, 1)} ms${isAllocatedAlike ? '' : '  allocated otherwise'}`;
}

/** What is to be said of a goal that was missed, from what was measured. */
function shortfall({ job, format, goal, qemu, qmon, cp, ratio }) {
  const share = (part, whole) => `${fixed((100 * part) / whole, 0)} %`;
  const sentences = [
    `${job} ${format}: ${fixed(ratio)} times QEMU's speed where ${goal.toFixed(1)} is the goal, ${share(goal - ratio, goal)} short.`,
    `qmon took ${fixed(qmon.seconds)} s and ${fixed(qmon.cpu)} s of CPU, ${share(qmon.kernel, qmon.cpu)} of it in the kernel and ${fixed(qmon.main)} s on the main thread;`
    + ` QEMU took ${fixed(qemu.seconds)} s and ${fixed(qemu.cpu)} s of CPU; a plain cp took ${fixed(cp.seconds)} s.`,
  ];
  const [bare, reached] = [qemu.least / cp.least, qemu.least / qmon.least];
  sentences.push(`Of the least times, qmon is ${fixed(reached)} and cp ${fixed(bare)} times as fast as QEMU`
    + (bare < goal ? ': not even what does nothing but copy reaches the goal on this host.' : '.'));
  if (qmon.waited > 0.2 * qmon.seconds) {
    sentences.push(`Others were at work: qmon's threads waited ${fixed(qmon.waited)} s for a processor and had ${fixed(qmon.cpu / qmon.seconds)} of them on average,`
      + ` QEMU's waited ${fixed(qemu.waited)} s and had ${fixed(qemu.cpu / qemu.seconds)}; by CPU alone qmon is ${fixed(qemu.cpu / qmon.cpu)} times as fast.`);
  }
  const user = qmon.cpu - qmon.kernel;
  sentences.push(user < 0.3 * qmon.cpu ? 'Its time goes into the copying itself, not into finding and noting what to copy.'
    : `${share(user, qmon.cpu)} of its CPU goes into the program, ${share(qmon.cpu - qmon.main, qmon.cpu)} of all into other threads than the main one.`);
  return sentences.join(' ');
}

function report(results) {
  const lines = results.filter(({ ratio, goal }) => ratio < goal).map(shortfall);
  const { most, longest } = { most: Math.max(...results.map(({ qmon }) => qmon.peak)), longest: Math.max(...results.map(({ qmon }) => qmon.turn)) };
  if (most > MOST_MEMORY) lines.push(`Peak memory is ${fixed(most, 0)} MiB where ${MOST_MEMORY} is the limit.`);
  if (longest > LONGEST_TURN) lines.push(`The main thread was busy for ${fixed(longest, 1)} ms at a time where ${LONGEST_TURN} is the limit.`);
  console.log(lines.length === 0 ? 'All goals are met.' : `\nGoals that were missed:\n${lines.join('\n')}`);
}

/** Memory-backed if there is room for source, source in the other format and target, else the folder for temporary files. */
function makeFolder(size, wanted) {
  const needed = 3.5 * size;
  const free = (folder) => {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  };
  const place = (wanted ? [wanted] : ['/dev/shm', tmpdir()]).find((folder) => existsSync(folder) && free(folder) > needed);
  if (place === undefined) throw new Error(`no folder with ${Math.ceil(needed / MIB)} MiB free; try --size`);
  return mkdtempSync(join(place, 'qmon-bench-'));
}

async function main() {
  const { values } = parseArgs({ options: {
    size: { type: 'string', default: '1024' }, rounds: { type: 'string', default: '5' }, sparse: { type: 'boolean', default: false },
    job: { type: 'string', multiple: true, default: [...Object.keys(JOBS), ...Object.keys(LIMITS)] },
    format: { type: 'string', multiple: true, default: ['raw', 'qcow2'] }, folder: { type: 'string' },
  } });
  if (spawnSync('qemu-system-x86_64', ['--version']).status !== 0) {
    console.log('qemu-system-x86_64 is not installed: nothing to compare with');
    return;
  }
  const size = Number(values.size) * MIB;
  const rounds = Number(values.rounds);
  const folder = makeFolder(size, values.folder);
  const disk = { folder, source: join(folder, 'source'), size, length: values.sparse ? 16 * size : size, isSparse: values.sparse, rounds };
  const tidy = () => rmSync(folder, { recursive: true, force: true });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => { tidy(); process.exit(1); });
  try {
    writeImage(disk.source, disk);
    console.log(`${values.size} MiB of data in ${disk.length / MIB} MiB, in ${folder}, medians of ${rounds}; ratio: QEMU's time / qmon's`);
    const results = [];
    for (const job of values.job.filter((name) => name in JOBS)) {
      for (const format of values.format) results.push(await compare(job, { ...disk, format }));
    }
    rmSync(join(folder, 'target'), { force: true });
    for (const limit of values.job.filter((name) => name in LIMITS)) await LIMITS[limit](disk);
    if (results.length > 0) report(results);
  } finally {
    tidy();
  }
}

await main();
