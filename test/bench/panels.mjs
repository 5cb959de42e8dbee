// What the panels cost without a terminal: a second of 1,000 devices and 200 jobs, and what an hour of seconds leaves on the heap.
//   node --expose-gc test/bench/panels.mjs [SECONDS]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

if (globalThis.gc === undefined) throw new Error('needs --expose-gc');
const hour = Number(process.argv[2] ?? 3600);
const folder = mkdtempSync(join(tmpdir(), 'qmon-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const outfile = join(folder, 'panel-load.mjs');
await build({
  absWorkingDir: new URL('../../', import.meta.url).pathname, entryPoints: ['test/support/panel-load.ts'], outfile,
  bundle: true, format: 'esm', platform: 'node', target: 'node20', jsx: 'automatic', logLevel: 'error',
  banner: { js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);" },
});
const { PanelLoad } = await import(outfile);

const large = new PanelLoad({ devices: 1000, jobs: 200 });
const times = [];
for (let second = 1; second <= 120; second++) {
  const begin = performance.now();
  large.second(second);
  times.push(performance.now() - begin);
}
const sorted = times.slice(20).sort((one, other) => one - other);
console.log(`1,000 devices, 200 jobs, one reading and all five panels: least ${sorted[0].toFixed(1)} ms, median ${sorted[50].toFixed(1)} ms (goal: 8 ms)`);

const heapKiB = () => {
  globalThis.gc();
  return process.memoryUsage().heapUsed / 1024;
};
const small = new PanelLoad({ devices: 50, jobs: 10 });
const warmUp = 700;
let second = 1;
for (; second <= warmUp; second++) small.second(second);
const before = heapKiB();
for (; second <= warmUp + hour; second++) small.second(second);
console.log(`heap after a warm-up of ${warmUp} s ${before.toFixed(0)} KiB, after ${hour} s more ${heapKiB().toFixed(0)} KiB (goal: no growth)`);
