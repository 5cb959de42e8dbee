import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createEngine } from '../../src/engine/create-engine.ts';
import { describeWithQemu, qemu } from '../support/qemu.ts';
import { driverTranscripts, differences } from './drivers-transcripts.ts';
import { QmpProcess } from './qmp-process.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { QapiError } from '../../src/qapi/qapi-error.ts';

describeWithQemu('filters and quorum beside the real QEMU', () => {
  let folders: string[];
  let engine: Engine;
  let process: QmpProcess;
  const ownEvents: [string, unknown][] = [];

  beforeAll(async () => {
    folders = await Promise.all(['qemu', 'qmon'].map(makeFiles));
    process = await QmpProcess.start(folders[0]!, ['-machine', 'none']);
    engine = await createEngine({ machine: {} });
    engine.onEvent(({ event, data }) => ownEvents.push([event, data]));
  });

  afterAll(async () => {
    await engine.close();
    await process.stop();
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
  });

  for (const [title, steps] of Object.entries(driverTranscripts)) {
    it(`answers as QEMU does: ${title}`, async () => {
      for (const [command, args] of steps) {
        const step = `${title} / ${command} ${JSON.stringify(args)}`;
        const theirs = await playTheirs(command, args);
        const ours = await playOurs(command, args);
        if (step in differences) {
          expect(ours, step).not.toEqual(theirs);
          await process.execute('blockdev-del', { 'node-name': 'q' });
        } else expect({ step, ...ours }).toEqual({ step, ...theirs });
      }
    }, 60_000);
  }

  it('tells once a second of a bad child, first of the first time and then of the last', async () => {
    await Promise.all(driverTranscripts['votes and events']!.slice(0, 4).map(async ([command, args]) => {
      await process.execute(command, args);
      await engine.execute(command, inFolder(args, folders[1]!) as Record<string, unknown>);
    }));
    process.events.length = ownEvents.length = 0;
    for (const sector of [10, 11, 12, 13]) {
      const line = `qemu-io q "read ${sector * 512} 512"`;
      await process.execute('human-monitor-command', { 'command-line': line });
      await engine.execute('human-monitor-command', { 'command-line': line });
    }
    // However slow the machine is, the first is told at once and the last in the end; on a quick one nothing between them.
    const sectors = (events: readonly (readonly [string, unknown])[]) => events.map(([name, data]) => [name, (data as Record<string, unknown>)['sector-num']]);
    for (const events of [process.events, ownEvents]) {
      await expect.poll(() => process.execute('query-version').then(() => sectors(events).at(-1)), { timeout: 10_000 }).toEqual(['QUORUM_REPORT_BAD', 13]);
      expect(sectors(events)[0]).toEqual(['QUORUM_REPORT_BAD', 10]);
    }
    expect([ownEvents[0], ownEvents.at(-1)]).toEqual([process.events[0], process.events.at(-1)]);
  });

  /** What a step that failed has left must not make the next transcript fail. */
  afterEach(async () => {
    await process.execute('blockdev-del', { 'node-name': 'q' });
    await Promise.allSettled([engine.execute('blockdev-del', { 'node-name': 'q' })]);
  });

  async function playTheirs(command: string, args: object) {
    process.events.length = 0;
    const isIo = command === 'x-qemu-io';
    // QEMU tells of the same thing once a second.
    if (isIo) await sleep(1050);
    const io = args as { device: string; command: string };
    const [name, given] = isIo ? ['human-monitor-command', { 'command-line': `qemu-io ${io.device} "${io.command}"` }] : [command, args];
    const reply = await process.execute(name, given as Record<string, unknown>);
    await process.execute('query-version');
    return { reply: isIo ? 'done' : tidy(reply, folders[0]!), events: process.events.map((event) => tidy(event, folders[0]!)) };
  }

  async function playOurs(command: string, args: object) {
    ownEvents.length = 0;
    const reply = await engine.execute(command, inFolder(args, folders[1]!) as Record<string, unknown>)
      .catch((error: QapiError) => `${error.class}: ${error.desc}`);
    return { reply: command === 'x-qemu-io' ? 'done' : tidy(reply, folders[1]!), events: ownEvents.map((event) => tidy(event, folders[1]!)) };
  }
});

const untold = new Set(['encryption_key_missing', 'driver-specific', 'actual-size', 'dirty-bitmaps', 'write_threshold']);

/** Rows without what may differ; generated node names are all alike. */
function tidy(value: unknown, folder: string): unknown {
  if (Array.isArray(value)) return value.map((row) => tidy(row, folder));
  if (typeof value === 'string') return value.replaceAll(`${folder}/`, '').replace(/^#block\d+$/, '#block');
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !untold.has(key)).map(([key, member]) => [key, tidy(member, folder)]));
}

/** QEMU runs in its folder; the engine is told where the files are. */
function inFolder(value: unknown, folder: string): unknown {
  if (Array.isArray(value)) return value.map((member) => inFolder(member, folder));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => {
    const isFile = (key === 'filename' || key === 'config') && typeof member === 'string' && !member.startsWith('/');
    return [key, isFile ? join(folder, member) : inFolder(member, folder)];
  }));
}

async function makeFiles(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `qmon-drivers-${name}-`));
  const file = (short: string) => join(folder, short);
  for (const [place, short] of ['r1', 'r2', 'r3', 'r4'].entries()) await writeFile(file(short), Buffer.alloc(1 << 20, place < 2 ? 0 : place));
  await writeFile(file('short'), '');
  await truncate(file('short'), 1 << 19);
  await qemu.img('create', '-q', '-f', 'qcow2', file('base.qcow2'), '4M');
  await qemu.io(file('base.qcow2'), 'write -P 1 0 4M');
  await qemu.img('create', '-q', '-f', 'qcow2', '-b', 'base.qcow2', '-F', 'qcow2', file('top.qcow2'));
  const configs: Record<string, string> = {
    'good.conf': '# a rule\n\n[inject-error]\nevent = "read_aio"\nerrno = "0x1c"\nonce = "on"\n\n[set-state "x"]\nevent = "read_aio"\nnew_state = "2"\n',
    'junk.conf': 'junk\n', 'group.conf': '[bogus]\nevent = "read_aio"\n', 'no-event.conf': '[inject-error]\n', 'open.conf': '[inject-error]\nevent = "read_aio\n',
    'event.conf': '[inject-error]\nevent = "bogus"\n', 'option.conf': '[inject-error]\nevent = "read_aio"\nfoo = "1"\n',
    'number.conf': '[inject-error]\nevent = "read_aio"\nerrno = "x"\n', 'bare.conf': '[inject-error]\nevent = "read_aio"\nerrno = 28\n',
    'switch.conf': '[inject-error]\nevent = "read_aio"\nonce = "x"\n', 'iotype.conf': '[inject-error]\nevent = "read_aio"\niotype = "bogus"\n',
  };
  for (const [short, text] of Object.entries(configs)) await writeFile(file(short), text);
  return folder;
}
