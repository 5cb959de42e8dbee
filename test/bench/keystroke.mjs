// Measures keystroke to echo in a pseudo-terminal: while panels update four times a second and 1,000 events a second arrive.
//   node test/bench/keystroke.mjs [--keys N] [PROGRAM ARGUMENT...]
// Without a program it bundles the screen with its fake session; a program must understand `flood 1000` as that one does.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pty from '@lydell/node-pty';
import { build } from 'esbuild';

const root = new URL('../../', import.meta.url).pathname;
const flags = process.argv.slice(2);
const keys = flags[0] === '--keys' ? Number(flags.splice(0, 2)[1]) : 400;

async function bundle() {
  const outdir = mkdtempSync(join(tmpdir(), 'qmon-bench-'));
  const panels = readdirSync(join(root, 'src/tui/panels')).map((name) => `'./panels/${name}': () => import('./panels/${name}')`);
  await build({
    absWorkingDir: root, entryPoints: { tui: 'test/support/tui-entry.tsx' }, outdir, outExtension: { '.js': '.mjs' },
    bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node20', jsx: 'automatic', logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
    banner: { js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);" },
    plugins: [{
      name: 'registry',
      setup(builder) {
        builder.onLoad({ filter: /src\/tui\/panel\.ts$/ }, ({ path }) => ({
          contents: readFileSync(path, 'utf8').replace("import.meta.glob('./panels/*.tsx')", `{ ${panels.join(', ')} }`), loader: 'ts',
        }));
        builder.onResolve({ filter: /^react-devtools-core$/ }, () => ({ path: 'none', namespace: 'none' }));
        builder.onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: 'export default {}' }));
      },
    }],
  });
  return { outdir, program: join(outdir, 'tui.mjs') };
}

/** Starts the monitor and offers: type and wait for a text in what comes back. */
function start(args, cols, rows) {
  const { CI: _ci, NO_COLOR: _plain, ...env } = process.env;
  const child = pty.spawn(process.execPath, args, { name: 'xterm-256color', cols, rows, env });
  let waiting;
  let bytes = 0;
  child.onData((data) => {
    bytes += data.length;
    if (!waiting) return;
    waiting.seen += data;
    if (!waiting.seen.includes(waiting.text)) return;
    const { resolve } = waiting;
    waiting = undefined;
    resolve(performance.now());
  });
  const until = (text) => new Promise((resolve, reject) => {
    waiting = { text, resolve, seen: '' };
    setTimeout(() => reject(new Error(`never saw ${JSON.stringify(text)}`)), 10_000).unref();
  });
  return { type: (text) => child.write(text), until, pid: child.pid, bytes: () => bytes, kill: () => child.kill('SIGKILL') };
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
async function measure(app, count) {
  const times = [];
  let line = '';
  for (let index = 0; index < count; index++) {
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

async function scenario(title, args, prepare) {
  const app = start(args, 120, 40);
  await app.until('no job');
  await pause(500);
  for (const line of prepare) {
    const done = app.until('qmon> ');
    app.type(`${line}\r`);
    await done;
  }
  await pause(1000);
  const [cpu, bytes, begin] = [cpuSeconds(app.pid), app.bytes(), performance.now()];
  const times = await measure(app, keys);
  const seconds = (performance.now() - begin) / 1000;
  const late = times.filter((ms) => ms > 16).length;
  console.log(`${title.padEnd(44)} p50 ${quantile(times, 0.5).toFixed(1)} ms   p95 ${quantile(times, 0.95).toFixed(1)} ms   ` +
    `p99 ${quantile(times, 0.99).toFixed(1)} ms   max ${Math.max(...times).toFixed(1)} ms   over 16 ms: ${late}   ` +
    `cpu ${Math.round(((cpuSeconds(app.pid) - cpu) / seconds) * 100)} %   ${Math.round((app.bytes() - bytes) / 1024 / seconds)} KiB/s   rss ${rssMiB(app.pid)} MiB`);
  app.kill();
}

const made = flags.length > 0 ? undefined : await bundle();
const args = made ? [made.program] : flags;
try {
  await scenario('panels 4/s', args, ['jobs 5']);
  await scenario('panels 4/s, 20 more disks, 1,000 events/s', args, ['jobs 5', 'disks 20', 'flood 1000']);
  await scenario('the same in full screen', args, ['jobs 5', 'disks 20', 'flood 1000\r\x0f']);
} finally {
  if (made) rmSync(made.outdir, { recursive: true, force: true });
}
