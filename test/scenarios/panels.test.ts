import { join } from 'node:path';
import { afterEach, it } from 'vitest';
import { describeWithQemu } from '../support/qemu.ts';
import { bin } from '../support/qmon.ts';
import { launch, type LaunchedTerminal } from '../support/terminal.ts';
import { twoLinks } from '../support/two-links.ts';

let app: LaunchedTerminal | undefined;

describeWithQemu('the panels', () => {
  afterEach(() => app?.kill());

  it.each(twoLinks)('%s: the graph, a job through to its result, events and the wire', async (_, start) => {
    const place = await start();
    app = launch([bin, ...place.args], { cols: 150, rows: 50, env: { XDG_STATE_HOME: place.folder, XDG_CONFIG_HOME: place.folder } });
    const keys = { f6: '\x1b[17~', f7: '\x1b[18~', f8: '\x1b[19~', right: '\x1b[C', escape: '\x1b' };
    await app.until(/ide0-hd0 +#block\d+ +qcow2/);

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
});
