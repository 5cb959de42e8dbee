// QMP round trips of `qmon serve` beside the real QEMU on the same four drives, in one run, as ratios: one request at a time, and pipelined.
// Run after `npm run build`: node test/bench/qmp-roundtrip.mjs [seconds a measurement]
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const seconds = Number(process.argv[2] ?? 2);
const rounds = 3;
const inFlight = 500;
const folder = mkdtempSync(join(tmpdir(), 'qmon-bench-'));
const qmon = fileURLToPath(new URL('../../bin/qmon.js', import.meta.url));

/** A disk over a base image, a CD, an empty floppy drive and an empty drive; each server has images of its own, for they are locked. */
function makeDrives(server) {
  const file = (name) => join(folder, `${server}-${name}`);
  const create = (...args) => spawnSync('qemu-img', ['create', '-q', '-f', 'qcow2', ...args], { cwd: folder, stdio: 'inherit' });
  create(file('base.qcow2'), '64M');
  create('-b', file('base.qcow2'), '-F', 'qcow2', file('test.qcow2'));
  writeFileSync(file('cd.iso'), Buffer.alloc(1 << 20));
  return [
    { id: 'ide0-hd0', if: 'ide', file: file('test.qcow2'), format: 'qcow2' },
    { id: 'ide1-cd0', if: 'ide', index: 2, media: 'cdrom', file: file('cd.iso'), format: 'raw' },
    { id: 'floppy0', if: 'floppy' },
    { id: 'none0', if: 'none' },
  ];
}

const optionOf = (drive) => ['-drive', Object.entries(drive).map(([key, value]) => `${key}=${value}`).join(',')];
const machine = join(folder, 'machine.json5');
writeFileSync(machine, JSON.stringify({ drives: makeDrives('qmon') }));
const servers = {
  qemu: ['qemu-system-x86_64', '-S', '-nodefaults', '-display', 'none', ...makeDrives('qemu').flatMap(optionOf),
    '-qmp', `unix:${join(folder, 'qemu')},server=on,wait=off`],
  qmon: [process.execPath, qmon, 'serve', '--machine', machine, '--qmp', `unix:${join(folder, 'qmon')}`],
};

/** Connects, trying for ten seconds, and negotiates. */
async function open(path) {
  for (let tries = 0; ; tries++) {
    try {
      return await new Promise((resolve, reject) => {
        const socket = connect({ path });
        socket.once('error', reject);
        socket.on('data', function negotiate(chunk) {
          if (chunk.includes('"QMP"')) socket.write('{"execute": "qmp_capabilities"}\n');
          if (!chunk.includes('"return"')) return;
          socket.off('data', negotiate);
          resolve(socket);
        });
      });
    } catch (error) {
      if (tries === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** Replies a second with `window` requests in flight; a reply is one line. */
function measure(socket, command, window) {
  const request = `{"execute": "${command}", "id": 1}\n`;
  return new Promise((resolve) => {
    const start = performance.now();
    let [sent, received] = [window, 0];
    socket.on('data', function count(chunk) {
      const before = received;
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) received += 1;
      const elapsed = performance.now() - start;
      if (elapsed < seconds * 1000) {
        sent += received - before;
        socket.write(request.repeat(received - before));
      } else if (received === sent) {
        socket.off('data', count);
        resolve((received * 1000) / elapsed);
      }
    });
    socket.write(request.repeat(window));
  });
}

const median = (figures) => figures.sort((a, b) => a - b)[Math.floor(figures.length / 2)];
const children = Object.values(servers).map(([program, ...args]) => spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] }));
try {
  const sockets = { qemu: await open(join(folder, 'qemu')), qmon: await open(join(folder, 'qmon')) };
  console.log('command                 in flight     QEMU/s     qmon/s   ratio');
  for (const command of ['query-version', 'query-block', 'query-blockstats']) {
    for (const window of [1, inFlight]) {
      const figures = { qemu: [], qmon: [] };
      for (let round = 0; round < rounds; round++) {
        for (const name of ['qemu', 'qmon']) figures[name].push(await measure(sockets[name], command, window));
      }
      const [qemu, ours] = [median(figures.qemu), median(figures.qmon)];
      const columns = [String(window).padStart(9), qemu.toFixed(0).padStart(10), ours.toFixed(0).padStart(10), (ours / qemu).toFixed(1).padStart(7)];
      console.log(command.padEnd(24) + columns.join(' '));
    }
  }
  for (const socket of Object.values(sockets)) socket.destroy();
} finally {
  for (const child of children) child.kill();
  rmSync(folder, { recursive: true, force: true });
}
