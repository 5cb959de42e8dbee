import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { bin, temporaryFolder } from '../support/qmon.ts';
import { launch } from '../support/terminal.ts';
import type { LaunchedTerminal } from '../support/terminal.ts';

const isBuilt = existsSync(new URL('../../dist/program.js', import.meta.url));
let monitor: LaunchedTerminal | undefined;

afterEach(() => monitor?.kill());

/** The built program on the demo machine, with a state folder of its own. */
async function open(state: string, env: Readonly<Record<string, string>> = {}): Promise<LaunchedTerminal> {
  monitor = launch([bin], { cols: 120, rows: 40, env: { XDG_STATE_HOME: state, ...env } });
  await monitor.until(/^ide0-hd0 +\S+ +qcow2/m, 20_000);
  return monitor;
}

describe.skipIf(!isBuilt)('qmon on the demo machine', () => {
  it('shows the devices and says that the guest is made up', async () => {
    const screen = await open(temporaryFolder());
    await screen.until(/^sd0 .*no medium/m);
    await screen.until('synthetic guest');
    await screen.until(/^ide0-hd0 .*KiB\/s/m);
    expect(screen.screen().split('\n').filter((line) => line.startsWith('qmon>'))).toHaveLength(1);
  });

  it('understands the human monitor, key=value and JSON, and shows errors', async () => {
    const screen = await open(temporaryFolder());
    screen.type('info block\r');
    await screen.until(/^floppy0 +\(empty\)/m);
    screen.type('blockdev-add driver=null-co node-name=n0 size=1M\r');
    await screen.until('qmon> blockdev-add');
    screen.type("{execute: 'query-status'}\r");
    await screen.until(/"running": ?true/);
    screen.type('block-job-cancel device=nothing\r');
    await screen.until('DeviceNotActive');
  });

  it('completes a device from what the machine has', async () => {
    const screen = await open(temporaryFolder());
    screen.type('eject ide1\t');
    await screen.until(/^qmon> eject ide1-cd0/m);
    screen.type('\r');
    await screen.until(/^ide1-cd0 .*no medium/m);
  });

  it('shows a running job, and what became of it when it was cancelled', async () => {
    const target = join(temporaryFolder(), 'backup.qcow2');
    const screen = await open(temporaryFolder());
    screen.type(`drive-backup device=ide0-hd0 target=${target} sync=full speed=1M\r`);
    await screen.until(/^ide0-hd0 +backup .*running/m);
    screen.type('block-job-cancel device=ide0-hd0\r');
    await screen.until(/^ide0-hd0 +backup .*cancelled/m);
  });

  it('keeps the history between runs, for its owner only', async () => {
    const state = temporaryFolder();
    const first = await open(state);
    first.type('info status\r');
    await first.until('VM status: running');
    first.type('\x04');
    expect(await first.exited(15_000)).toBe(0);
    expect(statSync(join(state, 'qmon', 'history')).mode & 0o777).toBe(0o600);
    const second = await open(state);
    second.type('\x1b[A');
    await second.until(/^qmon> info status/m);
  });

  it.each([['SIGTERM', 143], ['SIGINT', 130], ['SIGHUP', 129]] as const)(
    'gives the terminal back and closes its images at %s', async (signal, status) => {
      const folder = temporaryFolder();
      const screen = await open(folder, { TMPDIR: folder });
      await screen.until(/^ide0-hd0 .*KiB\/s/m);
      expect(readdirSync(folder).some((name) => name.startsWith('qmon-demo-'))).toBe(true);
      screen.signal(signal);
      expect(await screen.exited(15_000)).toBe(status);
      expect(screen.isPasteBracketed()).toBe(false);
      expect(screen.cursor().isHidden).toBe(false);
      expect(readdirSync(folder).filter((name) => name.startsWith('qmon-demo-'))).toEqual([]);
    });
});
