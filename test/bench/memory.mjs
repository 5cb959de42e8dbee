// What 100,000 lines of output add to the monitor's memory: node test/bench/memory.mjs [LINES]
import { readFileSync } from 'node:fs';
import pty from '@lydell/node-pty';

const wanted = Number(process.argv[2] ?? 100_000);
const bin = new URL('../../bin/qmon.js', import.meta.url).pathname;
const { CI: _ci, NO_COLOR: _colour, NODE_ENV: _mode, ...env } = process.env;
const monitor = pty.spawn(process.execPath, [bin], { cols: 120, rows: 40, name: 'xterm-256color', env: { ...env, XDG_STATE_HOME: '/nonexistent' } });
let [lines, tail] = [0, ''];
monitor.onData((data) => {
  lines += data.split('\r\n').length - 1;
  tail = (tail + data).slice(-4000);
});

const residentMiB = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${monitor.pid}/status`, 'utf8'))[1]) / 1024;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Types a line with a very long answer and waits until the screen is quiet. */
async function flood() {
  const before = lines;
  monitor.write('query-qmp-schema\r');
  for (let [seen, quiet] = [lines, 0]; quiet < 6 || lines - before < 1000; seen = lines) {
    await pause(50);
    quiet = lines === seen ? quiet + 1 : 0;
  }
}

while (!tail.includes('ide0-hd0')) await pause(20);
await flood();
const [start, from] = [residentMiB(), lines];
while (lines - from < wanted) await flood();
await pause(1000);
console.log(`resident after warm-up ${start.toFixed(0)} MiB; after ${lines - from} more lines ${residentMiB().toFixed(0)} MiB: ` +
  `${(residentMiB() - start).toFixed(0)} MiB added (goal: less than 50)`);
monitor.write('\x04');
process.exit(0);
