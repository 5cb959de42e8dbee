// Preloaded into the program that is measured: keeps in the file that QMON_BENCH_STOPS names for how many milliseconds its main
// thread has run at most without coming back to its event loop. Counting begins anew at SIGUSR2. The thread's own running time
// counts, not the clock: a host that is busy with other work stops every thread now and then.
import { openSync, readSync, writeFileSync } from 'node:fs';

const file = process.env.QMON_BENCH_STOPS;

if (file !== undefined) {
  const statistics = openSync(`/proc/${process.pid}/task/${process.pid}/schedstat`, 'r');
  const text = Buffer.alloc(128);
  const ran = () => Number(text.toString('latin1', 0, readSync(statistics, text, 0, text.length, 0)).split(' ')[0]) / 1e6;
  let longest = 0;
  let last = ran();
  const look = () => {
    const now = ran();
    if (now - last > longest) writeFileSync(file, String(longest = now - last));
    last = ran();
  };
  // A timer that is due comes first in the next turn of the loop, so that nothing but the last turn lies between two looks.
  setInterval(look, 1).unref();
  process.on('SIGUSR2', () => {
    writeFileSync(file, String(longest = 0));
    last = ran();
  });
}
