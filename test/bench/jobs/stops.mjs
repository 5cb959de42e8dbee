// Preloaded into the program that is measured: keeps the longest stop of its main thread, in milliseconds, in the file that
// QMON_BENCH_STOPS names. Counting begins anew at SIGUSR2. What the host's scheduler kept the thread waiting is no stop of the program's.
import { openSync, readSync, writeFileSync } from 'node:fs';

const file = process.env.QMON_BENCH_STOPS;
const INTERVAL = 2;

if (file !== undefined) {
  const statistics = openSync(`/proc/${process.pid}/task/${process.pid}/schedstat`, 'r');
  const text = Buffer.alloc(128);
  /** Milliseconds for which this thread was ready to run and had no processor. */
  const waited = () => Number(text.toString('latin1', 0, readSync(statistics, text, 0, text.length, 0)).split(' ')[1]) / 1e6;
  let longest = 0;
  let [last, lastWaited] = [performance.now(), waited()];
  const look = () => {
    const [now, nowWaited] = [performance.now(), waited()];
    const stop = now - last - INTERVAL - (nowWaited - lastWaited);
    if (stop > longest) writeFileSync(file, String(longest = stop));
    [last, lastWaited] = [performance.now(), waited()];
  };
  setInterval(look, INTERVAL).unref();
  process.on('SIGUSR2', () => {
    writeFileSync(file, String(longest = 0));
    [last, lastWaited] = [performance.now(), waited()];
  });
}
