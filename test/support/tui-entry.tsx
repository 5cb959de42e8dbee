import { runMonitor } from '../../src/tui/run-monitor.tsx';
import { FakeSession } from './fake-session.ts';

// The screen alone, on a session without a far end. What stands on the line already is painted as the launcher does it.
const session = new FakeSession();
const skeleton = 'qmon> ';
process.stdin.setRawMode(true);
process.stdout.write(skeleton);
const typed: Buffer[] = [];
const keep = (bytes: Buffer) => void typed.push(bytes);
process.stdin.on('data', keep);
const startDelay = Number(process.env.START_DELAY ?? 0);
if (startDelay > 0) await new Promise((resolve) => setTimeout(resolve, startDelay));
process.stdin.off('data', keep);
process.exitCode = await runMonitor({
  session, stdin: process.stdin, stdout: process.stdout, env: process.env, skeleton, typeAhead: Buffer.concat(typed),
  banner: ['qmon 0.1.0 on demo machine. TAB completes, F1 helps, Ctrl-D leaves.'], guestLabel: 'synthetic guest',
});
await session.close();
