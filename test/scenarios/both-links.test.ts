import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { describeWithQemu } from '../support/qemu.ts';
import { bin } from '../support/qmon.ts';
import { launch, type LaunchedTerminal } from '../support/terminal.ts';
import { twoLinks } from '../support/two-links.ts';

// One session, typed over both links: nothing that a person sees may depend on which of the two it is.

let app: LaunchedTerminal | undefined;

describeWithQemu('a session', () => {
  afterEach(() => app?.kill());

  it.each(twoLinks)('%s: look, eject, back up, err, leave', async (_, start) => {
    const place = await start();
    app = launch([bin, ...place.args], { cols: 110, rows: 36, env: { XDG_STATE_HOME: place.folder } });

    // The panel shows what is there.
    await app.until(/ide0-hd0 +#block\d+ +qcow2 +64 MiB .* rw +1 /);
    await app.until(/ide1-cd0 .* raw .* ro .* closed/);

    // A command of the human monitor, its event, and the panel after it.
    app.type('eject ide1-');
    app.type('\t');
    await app.until(/qmon> eject ide1-cd0/);
    app.type('\r');
    await app.until('DEVICE_TRAY_MOVED  ide1-cd0: tray open');
    await app.until(/ide1-cd0 .* open .* no medium/);

    // A QMP command with keys and a quoted blank.
    app.type(`blockdev-change-medium device=ide1-cd0 filename="${join(place.folder, 'cd one.iso')}" format=raw\r`);
    await app.until('DEVICE_TRAY_MOVED  ide1-cd0: tray closed');
    await app.until(/ide1-cd0 .* raw .* ro .* closed/);

    // JSON5 over two lines; the job appears and can be steered.
    app.type(`{execute: 'drive-backup', arguments: {device: 'ide0-hd0', sync: 'full', speed: 1048576,\r`);
    app.type(` target: '${join(place.folder, 'copy.raw')}', format: 'raw', mode: 'absolute-paths'}}\r`);
    await app.until(/JOB .*PROGRESS/);
    await app.until(/ide0-hd0 +backup .* running/);
    app.type('block_job_pause ide0-hd0\r');
    await app.until(/ide0-hd0 +backup .* paused/);
    app.type('block-job-cancel device=ide0-hd0 force=true\r');
    await app.until('BLOCK_JOB_CANCELLED');
    await app.until(/ide0-hd0 +backup .* cancelled/);

    // Errors carry class and text.
    app.type('eject ide0-hd0\r');
    await app.until("GenericError: Device 'ide0-hd0' is not removable");
    app.type('query-nothing\r');
    await app.until('CommandNotFound');

    // Leaving leaves the VM alone.
    app.type('quit\r');
    expect(await app.exited()).toBe(0);
  });
});
