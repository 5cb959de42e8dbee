#!/usr/bin/env node
// The launcher. It paints the prompt before the program is loaded and keeps what is typed meanwhile.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PROMPT = 'qmon> ';
const NOT_A_MONITOR = new Set(['exec', 'serve', 'completion', 'help', '--help', '-h', '--version', '-V']);

const args = process.argv.slice(2);
const { stdin, stdout } = process;

/** A monitor on a real terminal: anything else has no prompt to paint. What is false here for a monitor runs as lines of text. */
function isMonitor() {
  return stdin.isTTY && stdout.isTTY && process.env.TERM !== 'dumb' && !process.env.INK_SCREEN_READER &&
    !args.some((arg) => NOT_A_MONITOR.has(arg) || arg === '--plain');
}

/** Shows the prompt and collects keys; `release` hands them over and leaves the terminal in raw mode. */
function paintEarly() {
  const typed = [];
  const keep = (bytes) => typed.push(bytes);
  stdin.setRawMode(true);
  stdin.on('data', keep);
  stdout.write(PROMPT);
  return {
    skeleton: PROMPT,
    release() {
      stdin.off('data', keep);
      return Buffer.concat(typed);
    },
    /** Takes the prompt away again, for a start that ends in a message. */
    restore() {
      stdin.off('data', keep);
      stdin.setRawMode(false);
      stdin.pause();
      stdout.write('\r\x1b[K');
    },
  };
}

const early = isMonitor() ? paintEarly() : undefined;
const program = fileURLToPath(new URL('../dist/program.js', import.meta.url));
if (existsSync(program)) {
  const { runScript } = await import('./run-script.js');
  process.exitCode = await runScript(program).main(args, early);
} else {
  early?.restore();
  process.stderr.write('qmon: not built yet; run: npm run build\n');
  process.exitCode = 2;
}
