// How long a start takes against bare `node -e 0`, all in one run: node test/bench/startup.mjs [RUNS]
import { spawnSync } from 'node:child_process';
import pty from '@lydell/node-pty';

const runs = Number(process.argv[2] ?? 15);
const bin = new URL('../../bin/qmon.js', import.meta.url).pathname;

const now = () => Number(process.hrtime.bigint()) / 1e6;
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

/** Milliseconds for a process to end. */
function toEnd(args) {
  const start = now();
  const { status, stderr } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return now() - start;
}

/** Milliseconds until a terminal shows what is wanted. */
function toScreen(wanted) {
  return new Promise((resolve, reject) => {
    const start = now();
    let seen = '';
    const { CI: _ci, NO_COLOR: _colour, NODE_ENV: _mode, ...env } = process.env;
    const program = pty.spawn(process.execPath, [bin], { cols: 120, rows: 40, name: 'xterm-256color', env });
    const timer = setTimeout(() => reject(new Error(`never saw ${wanted}: ${JSON.stringify(seen.slice(-500))}`)), 20_000);
    program.onData((data) => {
      seen += data;
      if (!wanted.test(seen)) return;
      clearTimeout(timer);
      resolve(now() - start);
      wanted = /$^/;
      program.kill('SIGTERM');
    });
  });
}

/** The last panel's line, below those with the readings of every drive; the prompt is painted in the same write. */
const wholeFrame = /no job is running/;

const rows = { 'node -e 0': [], 'prompt on screen': [], 'first full frame': [], 'exec -c query-version': [] };
for (let run = 0; run < runs; run++) {
  rows['node -e 0'].push(toEnd(['-e', '0']));
  rows['prompt on screen'].push(await toScreen(/qmon> /));
  rows['first full frame'].push(await toScreen(wholeFrame));
  rows['exec -c query-version'].push(toEnd([bin, 'exec', '-c', 'query-version']));
}
const base = median(rows['node -e 0']);
const goals = { 'prompt on screen': 1.5, 'first full frame': 3, 'exec -c query-version': 2 };
console.log(`medians of ${runs} runs, and the ratio to bare node in the same run`);
for (const [name, values] of Object.entries(rows)) {
  const goal = goals[name] ? `  (goal: at most ${goals[name]}x)` : '';
  console.log(`${name.padEnd(24)} ${median(values).toFixed(0).padStart(5)} ms  ${(median(values) / base).toFixed(2)}x${goal}`);
}
process.exit(0);
