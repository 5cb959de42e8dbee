// What has to hold while jobs run: answers come soon, a cancellation is obeyed at once, a speed is kept.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { peakOf, startPeer } from './peer.mjs';
import { MIB, writeImage } from './plans.mjs';

const SIDES = ['qemu', 'qmon'];

export function quantile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}

/** Asks query-block while two backups and two mirrors run, into both formats. */
export async function askDuringJobs({ folder, size }) {
  const images = [0, 1, 2, 3].map((index) => ({ file: join(folder, `four-${index}`), format: 'raw' }));
  const target = (index) => join(folder, `four-${index}.copy`);
  for (const { file } of images) writeImage(file, { size: size / 4, length: size / 4 });
  for (const name of SIDES) {
    const peer = await startPeer(name, folder, images);
    try {
      let left = images.length;
      for (const index of images.keys()) {
        void peer.event(['BLOCK_JOB_READY', 'BLOCK_JOB_COMPLETED'], `d${index}`).then(() => left--);
        const command = index < 2 ? 'drive-backup' : 'drive-mirror';
        await peer.execute(command, { device: `d${index}`, target: target(index), format: index % 2 === 0 ? 'raw' : 'qcow2', sync: 'full' });
      }
      const times = [];
      while (left > 0) {
        const start = performance.now();
        await peer.execute('query-block');
        times.push(performance.now() - start);
      }
      const turn = name === 'qmon' ? `, longest turn of the main thread ${peer.longestTurn().toFixed(1)} ms` : '';
      console.log(`query-block during four jobs  ${name}  median ${quantile(times, 0.5).toFixed(1)} ms, p99 ${quantile(times, 0.99).toFixed(1)} ms of `
        + `${times.length} answers, peak ${peakOf(peer.pid).toFixed(0)} MiB${turn}`);
    } finally {
      await peer.stop();
      for (const index of images.keys()) rmSync(target(index), { force: true });
    }
  }
  for (const { file } of images) rmSync(file);
}

/** How long a cancelled backup goes on. */
export async function cancelJobs({ folder, source, rounds }) {
  const target = join(folder, 'target');
  for (const format of ['raw', 'qcow2']) {
    for (const name of SIDES) {
      const times = [];
      for (let round = 0; round < rounds; round++) {
        rmSync(target, { force: true });
        const peer = await startPeer(name, folder, [{ file: source, format: 'raw' }]);
        try {
          const ended = peer.event(['BLOCK_JOB_CANCELLED', 'BLOCK_JOB_COMPLETED'], 'd0');
          await peer.execute('drive-backup', { device: 'd0', target, format, sync: 'full' });
          while ((await peer.execute('query-block-jobs'))[0]?.offset === 0);
          const start = performance.now();
          await peer.execute('block-job-cancel', { device: 'd0' }).catch(() => undefined);
          if ((await ended).event === 'BLOCK_JOB_CANCELLED') times.push(performance.now() - start);
        } finally {
          await peer.stop();
        }
      }
      console.log(`cancelled drive-backup ${format.padEnd(5)}  ${name}  median ${quantile(times, 0.5).toFixed(0)} ms, longest ${Math.max(...times).toFixed(0)} ms`);
    }
  }
  rmSync(target, { force: true });
}

/** The speed of a throttled backup over ten seconds. */
export async function keepSpeed({ folder, source, size }) {
  const target = join(folder, 'target');
  const speed = Math.floor(size / 14);
  rmSync(target, { force: true });
  const peer = await startPeer('qmon', folder, [{ file: source, format: 'raw' }]);
  const copied = async () => (await peer.execute('query-block-jobs'))[0].offset;
  try {
    await peer.execute('drive-backup', { device: 'd0', target, format: 'raw', sync: 'full', speed });
    await sleep(1000);
    const [start, before] = [performance.now(), await copied()];
    await sleep(10_000);
    const measured = (await copied() - before) / ((performance.now() - start) / 1000);
    console.log(`drive-backup at ${(speed / MIB).toFixed(1)} MiB/s: ${(measured / MIB).toFixed(1)} MiB/s over ten seconds, ${((measured / speed - 1) * 100).toFixed(1)} % off`);
  } finally {
    await peer.stop();
    rmSync(target, { force: true });
  }
}
