import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createEngine } from '../../src/engine/create-engine.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { QapiError } from '../../src/qapi/qapi-error.ts';
import { describeWithQemu } from '../support/qemu.ts';
import { IdePorts } from './ide-ports.ts';
import { parseTranscript } from './transcript.ts';
import type { Step } from './transcript.ts';

const TEST_UNIT_READY = [0x00];
const PREVENT_REMOVAL = [0x1e, 0, 0, 0, 1];

/** What is done to a drive whose tray the guest has locked. */
const transcripts: Readonly<Record<string, string>> = {
  'is opened by nobody but the guest': `
    query-block
    blockdev-open-tray device=cd
    blockdev-open-tray device=cd force=false
    blockdev-open-tray id=/machine/unattached/device[18]
    blockdev-remove-medium id=/machine/unattached/device[18]
    blockdev-close-tray device=cd
    blockdev-close-tray device=cd force=true
    eject device=cd
    eject device=cd force=false
    blockdev-change-medium device=cd filename=two.iso format=raw
    blockdev-change-medium device=cd filename=nofile.iso format=raw
    hmp eject cd
    hmp change cd two.iso raw
    hmp info block
    query-block
  `,
  'is opened by force, and is not locked any more': `
    blockdev-open-tray device=cd force=true
    query-block
    blockdev-open-tray device=cd force=true
    blockdev-close-tray device=cd
    blockdev-open-tray device=cd
    blockdev-remove-medium id=/machine/unattached/device[18]
    blockdev-close-tray device=cd
    query-block
  `,
  'loses its medium by force': `
    eject device=cd force=true
    query-block
    eject device=cd
    blockdev-close-tray device=cd
    blockdev-change-medium device=cd filename=two.iso format=raw
    query-block
  `,
  'loses its medium by force in the human monitor': `
    hmp eject -f cd
    hmp info block
    hmp change cd two.iso raw
    query-block
  `,
  'gets another medium by force': `
    blockdev-change-medium device=cd filename=two.iso format=raw force=true
    query-block
    blockdev-change-medium device=cd filename=one.iso format=raw
  `,
  'is unlocked by a reset': `
    system_reset
    query-block
    eject device=cd
    query-block
  `,
  'stays locked when the machine stops': `
    stop
    eject device=cd
    cont
    eject device=cd
    query-block
  `,
};

describeWithQemu('a tray that the guest has locked beside the real QEMU', () => {
  let folder: string;
  let drive: IdePorts;
  let engine: Engine;
  const home = process.cwd();

  afterEach(async () => {
    await engine.close();
    await drive.stop();
    process.chdir(home);
    await rm(folder, { recursive: true, force: true });
  });

  for (const [title, steps] of Object.entries(transcripts)) {
    it(title, async () => {
      folder = await mkdtemp(join(tmpdir(), 'qmon-locked-'));
      const [theirs, ours] = await Promise.all([makeFolder('theirs'), makeFolder('ours')]);
      process.chdir(ours);
      const events: [string, unknown][] = [];
      drive = await IdePorts.start(theirs, ['-drive', 'id=cd,if=ide,media=cdrom,file=one.iso,format=raw']);
      for (const command of [TEST_UNIT_READY, TEST_UNIT_READY, PREVENT_REMOVAL]) await drive.packet(command);
      engine = await createEngine({
        machine: { drives: [{ id: 'cd', if: 'ide', media: 'cdrom', file: 'one.iso', format: 'raw' }], guest: [{ device: 'cd', locked: true }] },
      });
      engine.onEvent(({ event, data }) => events.push([event, data]));
      await engine.open();
      for (const [command, args] of parseTranscript(steps)) {
        events.length = 0;
        drive.monitor.events.length = 0;
        const reply = await drive.monitor.execute(command, args);
        await drive.monitor.execute('query-version');
        const own = await playOurs([command, args]);
        await expect.poll(() => ({ reply: own, events: tidy(events) }), { message: `${title}: ${command} ${JSON.stringify(args)}`, timeout: 2000 })
          .toEqual({ reply: tidy(reply), events: tidy(drive.monitor.events) });
      }
    });
  }

  async function makeFolder(name: string): Promise<string> {
    await mkdir(join(folder, name));
    for (const short of ['one.iso', 'two.iso']) {
      await writeFile(join(folder, name, short), '');
      await truncate(join(folder, name, short), 1 << 20);
    }
    return join(folder, name);
  }

  async function playOurs([command, args]: Step): Promise<unknown> {
    return tidy(await engine.execute(command, args).catch((error: QapiError) => `${error.class}: ${error.desc}`));
  }

  /** Names of nodes are anybody's own. */
  function tidy(value: unknown): unknown {
    return JSON.parse(JSON.stringify(value).replaceAll(/#block\d+/g, '#block').replaceAll('\\r', '')
      .replaceAll(/,?"(encryption_key_missing|dirty-bitmaps|actual-size)":(\[\]|[^,}]*)/g, ''));
  }
});
