// Compiles the scripts of a built folder ahead, for bin/run-script.js: node build-code-cache.js FOLDER
// V8 compiles a function when it is first called, so the code is taken after a start: one command, and the monitor on its
// demo machine to the first whole frame and until ink is there.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { codeFile, runScript } from './bin/run-script.js';

const folder = resolve(process.argv[2]);
const scripts = new Map();
const home = mkdtempSync(join(tmpdir(), 'qmon-build-'));
process.on('exit', () => rmSync(home, { recursive: true, force: true }));
Object.assign(process.env, { HOME: home, XDG_STATE_HOME: home, TERM: 'xterm-256color', FORCE_COLOR: '1' });

let screen = '';
const write = (text, _encoding, done) => {
  screen += text;
  done();
};
const terminal = (stream) => ({ value: Object.assign(stream, { isTTY: true, columns: 120, rows: 40, setRawMode: () => stream }) });
Object.defineProperties(process, { stdin: terminal(new PassThrough()), stdout: terminal(new Writable({ write })) });

/** Leaves the monitor as a signal does, once everything that a start loads has been there for a while. It keeps the process alive. */
let rounds = 0;
const watch = setInterval(() => {
  if (screen.includes('no job is running') && scripts.has(join(folder, 'ink-layout.js')) && ++rounds === 10) process.kill(process.pid, 'SIGTERM');
}, 20);

const { main } = runScript(join(folder, 'program.js'), (path, script) => scripts.set(path, script));
await main(['exec', '-c', 'query-version']);
await main([], { skeleton: 'qmon> ', release: () => Buffer.alloc(0), restore: () => undefined });
clearInterval(watch);
for (const [path, script] of scripts) writeFileSync(codeFile(path), script.createCachedData());
process.exit();
