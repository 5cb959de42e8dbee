// Measures keystroke to echo of the real program in a pseudo-terminal, while panels of 24 disks move and 1,000 events a second arrive,
// and with 1,000 disks, 200 jobs and 10,000 events a second.
//   node test/bench/keystroke.mjs [--keys N]
// The first row is the floor: a program that does nothing but echo, measured in the same way between the others. What it shows is
// the machine's. Ends within a minute, whatever happens.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';

const root = new URL('../../', import.meta.url).pathname;
const flags = process.argv.slice(2);
const keys = flags[0] === '--keys' ? Number(flags[1]) : 120;
const folder = mkdtempSync(join(tmpdir(), 'qmon-bench-'));
const children = new Set();

process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
setTimeout(() => {
  console.error('stopped after a minute: this machine is too busy, or the program hangs');
  process.exit(1);
}, 58_000).unref();

/** Echoes as little as an editor can: the whole line, in the turn that the key came in. */
const echoProgram = `
  let line = '';
  process.stdin.setRawMode(true).on('data', (keys) => {
    for (const key of keys.toString()) line = key === '\\x15' ? '' : line + key;
    process.stdout.write('\\r' + line + '\\x1b[K');
  });
  process.stdout.write('waits for keys');`;

/** Starts a program in a terminal and offers: type, and wait for a text on its screen; the time is that of the bytes that put it there. */
function start(args) {
  const { CI: _ci, NO_COLOR: _plain, ...env } = process.env;
  const child = pty.spawn(process.execPath, args, { name: 'xterm-256color', cols: 120, rows: 40, env: { ...env, HOME: folder, XDG_STATE_HOME: folder } });
  children.add(child);
  const screen = new xterm.Terminal({ cols: 120, rows: 40, allowProposedApi: true });
  screen.onData((answer) => child.write(answer));
  const shows = (text) => {
    const { active } = screen.buffer;
    return Array.from({ length: 40 }, (_, row) => active.getLine(active.baseY + row)).some((line) => line?.translateToString(true).includes(text));
  };
  let waiting;
  let bytes = 0;
  child.onData((data) => {
    const cameMs = performance.now();
    bytes += data.length;
    screen.write(data, () => {
      if (!waiting || !shows(waiting.text)) return;
      const { resolve, timer } = waiting;
      clearTimeout(timer);
      waiting = undefined;
      resolve(cameMs);
    });
  });
  const until = (text) => new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`never saw ${JSON.stringify(text)}`)), 10_000);
    waiting = { text, resolve, timer };
  });
  const end = () => {
    child.kill('SIGKILL');
    children.delete(child);
  };
  return { type: (text) => child.write(text), until, pid: child.pid, bytes: () => bytes, end };
}

/** A server that floods whoever connects. */
async function serve(name, { disks = 24, jobs = 5, eventsPerSecond }) {
  const path = join(folder, name);
  const server = spawn(process.execPath, [join(root, 'test/support/flooding-qmp-server.mjs'), path, String(disks), String(eventsPerSecond), String(jobs)],
    { stdio: ['pipe', 'pipe', 'inherit'] });
  children.add(server);
  await new Promise((resolve) => server.stdout.once('data', resolve));
  return path;
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const quantile = (values, q) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))];

/** Processor seconds that a process has used. */
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

const rssMiB = (pid) => Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024);

/** Types letters at an uneven pace, one at a time, each until the line on screen ends with it. */
async function typeKeys(app) {
  const times = [];
  let line = '';
  for (let index = 0; index < keys; index++) {
    if (line.length === 40) {
      app.type('\x15');
      line = '';
      await pause(30);
    }
    line += String.fromCharCode(97 + ((index * 7) % 26));
    const echoed = app.until(line.slice(-12));
    const begin = performance.now();
    app.type(line.at(-1));
    times.push((await echoed) - begin);
    await pause(20 + ((index * 37) % 60));
  }
  return times;
}

async function scenario(title, { args, ready, first }) {
  const app = start(args);
  await app.until(ready);
  await pause(300);
  if (first) app.type(first);
  await pause(1200);
  const [cpu, bytes, begin] = [cpuSeconds(app.pid), app.bytes(), performance.now()];
  const times = await typeKeys(app);
  const seconds = (performance.now() - begin) / 1000;
  const late = times.filter((ms) => ms > 16).length;
  const figures = [0.5, 0.95, 0.99].map((q) => `p${q * 100} ${quantile(times, q).toFixed(1).padStart(5)} ms`).join('   ');
  console.log(`${title.padEnd(34)} ${figures}   max ${Math.max(...times).toFixed(1).padStart(5)} ms   over 16 ms: ${String(late).padStart(2)}   ` +
    `cpu ${String(Math.round(((cpuSeconds(app.pid) - cpu) / seconds) * 100)).padStart(2)} %   ` +
    `${String(Math.round((app.bytes() - bytes) / 1024 / seconds)).padStart(3)} KiB/s   rss ${rssMiB(app.pid)} MiB`);
  app.end();
  return times;
}

const monitorOn = (path) => ({ args: [join(root, 'bin/qmon.js'), '--connect', path], ready: 'virtio-disk0' });
const echo = { args: ['-e', echoProgram], ready: 'waits for keys' };
const quiet = await serve('quiet', { eventsPerSecond: 0 });
const flooding = await serve('flooding', { eventsPerSecond: 1000 });
const large = await serve('large', { disks: 1000, jobs: 200, eventsPerSecond: 10_000 });
console.log(`${keys} keys each; goals: p50 4 ms, p99 16 ms`);
await scenario('echo alone, the floor', echo);
await scenario('24 disks, panels move', monitorOn(quiet));
const under = await scenario('24 disks, 1,000 events/s', monitorOn(flooding));
await scenario('the same in full screen', { ...monitorOn(flooding), first: '\x1bOQ' });
await scenario('1,000 disks, 200 jobs, 10,000 ev/s', monitorOn(large));
const floor = await scenario('echo alone again', echo);
const ours = [0.5, 0.99].map((q) => (quantile(under, q) - quantile(floor, q)).toFixed(1));
console.log(`under 1,000 events/s above the floor: p50 ${ours[0]} ms, p99 ${ours[1]} ms`);
process.exit(0);
