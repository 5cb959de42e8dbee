// A made-up QMP server for one client after another: many disks whose counters move, jobs that progress, and a flood of events.
//   node test/support/flooding-qmp-server.mjs SOCKET [DISKS] [EVENTS PER SECOND] [JOBS]
// Prints "listening" when a client can connect. It ends when its standard input does.
import { createServer } from 'node:net';

const [path, disks = '24', rate = '1000', jobs = '5'] = process.argv.slice(2);
const started = performance.now();
const tickMs = 10;

const greeting = { QMP: { version: { qemu: { major: 7, minor: 2, micro: 0 }, package: 'flood' }, capabilities: [] } };
const names = Array.from({ length: Number(disks) }, (_, index) => `virtio-disk${index}`);
const seconds = () => (performance.now() - started) / 1000;

function blockInfo(device, index) {
  return {
    device, qdev: `/machine/peripheral/${device}/virtio-backend`, type: 'unknown', locked: false, removable: false, 'io-status': 'ok',
    inserted: {
      'node-name': `#block${100 + index}`, drv: 'qcow2', ro: false, file: `/var/lib/images/${device}.qcow2`, backing_file_depth: 1, encrypted: false,
      image: { 'virtual-size': 10 * 2 ** 30, 'actual-size': Math.round(2 ** 30 * (1 + seconds() / 100)), format: 'qcow2', filename: `${device}.qcow2` },
      bps: 0, bps_rd: 0, bps_wr: 0, iops: 0, iops_rd: 0, iops_wr: 0, detect_zeroes: 'off', write_threshold: 0,
      cache: { writeback: true, direct: false, 'no-flush': false },
    },
  };
}

function statistics(device, index) {
  const count = Math.round(seconds() * 100 * (index + 1) * (1.5 + Math.sin(seconds() + index)));
  const time = { rd_total_time_ns: count * 120_000, wr_total_time_ns: count * 400_000, flush_total_time_ns: count * 1000 };
  return { device, stats: { rd_bytes: count * 4096, wr_bytes: count * 8192, rd_operations: count, wr_operations: count, flush_operations: count, ...time } };
}

function job(_, index) {
  const len = 2 ** 40;
  const offset = Math.min(len, Math.round(seconds() * 2 ** 26 * (index + 1)));
  return {
    device: `job${index}`, type: 'stream', len, offset, speed: 0, status: 'running', busy: true, paused: false, ready: false, 'io-status': 'ok',
    'auto-finalize': true, 'auto-dismiss': true,
  };
}

const answers = {
  qmp_capabilities: () => ({}),
  'query-block': () => names.map(blockInfo),
  'query-blockstats': () => names.map(statistics),
  'query-block-jobs': () => Array.from({ length: Number(jobs) }, job),
  'query-status': () => ({ status: 'running', running: true, singlestep: false }),
  'query-named-block-nodes': () => names.map((device, index) => blockInfo(device, index).inserted),
  'query-commands': () => Object.keys(answers).map((name) => ({ name })),
};

function reply({ execute, id }) {
  const answer = answers[execute];
  if (answer) return { return: answer(), id };
  return { error: { class: 'CommandNotFound', desc: `The command ${execute} has not been found` }, id };
}

/** As many events as are due by now, whatever the timers did. */
function flood(socket) {
  const begin = performance.now();
  let sent = 0;
  return setInterval(() => {
    const due = Math.floor(((performance.now() - begin) / 1000) * Number(rate));
    let text = '';
    for (; sent < due; sent++) {
      const data = { device: names[sent % names.length] ?? '', 'node-name': '', operation: 'read', action: 'report', nospace: false, reason: `${sent}` };
      text += `${JSON.stringify({ event: 'BLOCK_IO_ERROR', data, timestamp: { seconds: Math.floor(Date.now() / 1000), microseconds: 0 } })}\r\n`;
    }
    if (text !== '' && socket.writable) socket.write(text);
  }, tickMs);
}

createServer((socket) => {
  let timer;
  let received = '';
  const send = (message) => socket.writable && socket.write(`${JSON.stringify(message)}\r\n`);
  send(greeting);
  socket.setEncoding('utf8').on('data', (text) => {
    const lines = (received + text).split('\n');
    received = lines.pop();
    for (const request of lines.map((line) => JSON.parse(line))) {
      send(reply(request));
      if (request.execute === 'qmp_capabilities' && Number(rate) > 0) timer ??= flood(socket);
    }
  });
  socket.on('error', () => socket.destroy()).on('close', () => clearInterval(timer));
}).listen(path, () => process.stdout.write('listening\n'));
process.stdin.on('end', () => process.exit()).resume();
