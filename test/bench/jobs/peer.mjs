// The two programs that are compared, each a process of its own behind a QMP socket, and what the host tells of them.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const DEADLINE = 300_000;
const PROGRAM = fileURLToPath(new URL('../../../bin/qmon.js', import.meta.url));

export function withDeadline(promise) {
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error('no answer in time')), DEADLINE); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** What a process has used so far: seconds of processor time, in the kernel and on its main thread; seconds of waiting for a processor. */
export function usageOf(pid) {
  const usage = { cpu: 0, kernel: 0, main: 0, waited: 0 };
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    const [ran, waited] = readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ').map((nanoseconds) => Number(nanoseconds) / 1e9);
    usage.waited += waited;
    if (task === String(pid)) usage.main = ran;
  }
  // Threads that have ended count here too.
  const ticks = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  usage.cpu = (Number(ticks[11]) + Number(ticks[12])) / 100;
  usage.kernel = Number(ticks[12]) / 100;
  return usage;
}

/** MiB of memory that a process had at most. */
export function peakOf(pid) {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
}

async function connect(path) {
  for (;;) {
    const socket = createConnection(path);
    const isOpen = await new Promise((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    if (isOpen) return socket;
    await sleep(20);
  }
}

/** A connected QMP peer; `stops` is the file in which qmon keeps its main thread's longest turn. */
function peerOf(child, socket, stops) {
  const waiting = [];
  const listeners = new Set();
  createInterface({ input: socket }).on('line', (line) => {
    const message = JSON.parse(line);
    if (message.event) for (const listener of [...listeners]) listener(message);
    else if (!message.QMP) waiting.shift()?.(message);
  });
  const execute = (command, args) => new Promise((resolve, reject) => {
    waiting.push((message) => (message.error ? reject(new Error(`${command}: ${message.error.desc}`)) : resolve(message.return)));
    socket.write(`${JSON.stringify({ execute: command, arguments: args })}\n`);
  });
  /** Resolves with the first event from now on that is of one of the names, and of the job. */
  const event = (names, job) => withDeadline(new Promise((resolve) => {
    const listener = (message) => {
      if (!names.includes(message.event) || message.data.device !== job) return;
      listeners.delete(listener);
      resolve(message);
    };
    listeners.add(listener);
  }));
  const stop = () => new Promise((resolve) => {
    child.once('exit', resolve);
    child.kill();
    socket.destroy();
  });
  const longestTurn = () => (stops === undefined ? 0 : Number(readFileSync(stops, 'utf8')));
  return { execute, event, stop, longestTurn, pid: child.pid };
}

/** Starts 'qemu' or 'qmon' on images, each `{ file, format }`, as drives d0, d1 ... */
export async function startPeer(name, folder, images) {
  const socketPath = join(folder, `${name}.sock`);
  rmSync(socketPath, { force: true });
  const stops = name === 'qmon' ? join(folder, 'stops') : undefined;
  let child;
  if (name === 'qmon') {
    const machine = join(folder, 'machine.json');
    writeFileSync(machine, JSON.stringify({ drives: images.map(({ file, format }, index) => ({ id: `d${index}`, if: 'none', file, format })) }));
    const env = { ...process.env, NODE_OPTIONS: `--import ${new URL('stops.mjs', import.meta.url)}`, QMON_BENCH_STOPS: stops };
    child = spawn(process.execPath, [PROGRAM, 'serve', '--machine', machine, '--qmp', `unix:${socketPath}`], { stdio: 'ignore', env });
  } else {
    const drives = images.flatMap(({ file, format }, index) => ['-drive', `if=none,id=d${index},file=${file},format=${format}`]);
    const args = ['-machine', 'none', '-nodefaults', '-display', 'none', '-qmp', `unix:${socketPath},server=on,wait=off`, ...drives];
    child = spawn('qemu-system-x86_64', args, { stdio: 'ignore' });
  }
  const ended = new Promise((_, reject) => child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`))));
  ended.catch(() => {});
  const socket = await withDeadline(Promise.race([connect(socketPath), ended]));
  const peer = peerOf(child, socket, stops);
  await withDeadline(peer.execute('qmp_capabilities'));
  if (stops !== undefined) {
    child.kill('SIGUSR2');
    while (!existsSync(stops)) await sleep(5);
  }
  return peer;
}
