import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { describeWithQemu } from '../support/qemu.ts';
import { bin } from '../support/qmon.ts';
import { launch, type LaunchedTerminal } from '../support/terminal.ts';
import { twoLinks } from '../support/two-links.ts';
import type { Place } from '../support/two-links.ts';

const keys = { f6: '\x1b[17~', f7: '\x1b[18~', f8: '\x1b[19~', right: '\x1b[C', escape: '\x1b' };

let opened: LaunchedTerminal | undefined;

async function open({ args, folder }: Place): Promise<LaunchedTerminal> {
  opened = launch([bin, ...args], { cols: 150, rows: 50, env: { XDG_STATE_HOME: folder, XDG_CONFIG_HOME: folder } });
  await opened.until(/ide0-hd0 +#block\d+ +qcow2/);
  return opened;
}

describeWithQemu('the panels', () => {
  afterEach(() => opened?.kill());

  it.each(twoLinks)('%s: the graph, a job through to its result, events and the wire', async (_, start) => {
    const place = await start();
    const app = await open(place);

    // The chain below the device, with who holds what.
    app.type(`${keys.f6}${keys.right}`);
    await app.until(/▸- ide0-hd0 /);
    await app.until(/ ├ file +#block\d+ +file .*disk\.qcow2 +r\/w\/resize/);
    await app.until(/ └ backing +#block\d+ +qcow2 .* ro .*base\.qcow2 +r$/m);
    await app.until(/ {2}└ file +#block\d+ +file .*base\.qcow2 +r$/m);

    // A row acts by a line in the prompt.
    app.type('w');
    await app.until(/qmon> block-set-write-threshold node-name=#block\d+ write-threshold=$/m);
    app.type('\x15');
    app.type(`drive-backup device=ide0-hd0 job-id=copy sync=full speed=1048576 format=raw mode=absolute-paths target="${join(place.folder, 'copy.raw')}"\r`);
    await app.until(/copy +backup .* running/);
    app.type(`${keys.f6}${keys.f6}${keys.f6}p`);
    await app.until(/copy +backup .* paused/);
    app.type(keys.right);
    await app.until('created → [running, paused] → waiting → pending → concluded');
    app.type('x');
    await app.until('qmon> block-job-cancel device=copy force=true');
    app.type('\r');
    await app.until(/^copy +backup +┄.* cancelled +1 MiB/m);
    app.type(`${keys.f6}${keys.f6}${keys.f6}d${keys.escape}`);
    await app.until('no job is running');
    await app.untilGone('■');

    // Events and requests of their own panels.
    app.type(keys.f7);
    await app.until(/EVENT .*NAME .*SAYS/);
    await app.until(/^\S+ +BLOCK_JOB_CANCELLED +backup copy cancelled/m);
    app.type(keys.f7);
    app.type(keys.f8);
    await app.until('filter: !query-');
    await app.until(/block-job-cancel +\{"device":"copy","force":true\} +\{\}/);
  });

  it.each(twoLinks)('%s: the keys go to a panel, its row ejects, it is zoomed, and the line is as it was', async (_, start) => {
    const app = await open(await start());
    app.type(`info ver${keys.f6}`);
    await app.until('■  BLOCK');
    app.type('e');
    await app.until("'ide0-hd0' is no removable device");
    app.type('j');
    await app.until(/^▸\+ ide1-cd0 .* closed/m);
    app.type('z');
    await app.untilGone('R-IOPS');
    app.type(`z${keys.escape}`);
    await app.until('R-IOPS');
    await app.untilGone('■');
    expect(app.screen()).toMatch(/^qmon> info ver/m);
    app.type(`\x15${keys.f6}j`);
    await app.until(/^▸\+ ide1-cd0 /m);
    app.type('e');
    await app.until(/^qmon> eject ide1-cd0/m);
    await app.untilGone('■');
    app.type('\r');
    await app.until(/^ide1-cd0 +– .* open .*no medium/m);
  });
});
