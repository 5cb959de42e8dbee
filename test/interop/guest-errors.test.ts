import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { createEngine } from '../../src/engine/create-engine.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { describeWithQemu } from '../support/qemu.ts';
import { IdePorts } from './ide-ports.ts';

type Step = 'read' | 'write' | 'read other' | 'write other' | 'cont' | 'stop' | 'system_reset';
type Policy = 'report' | 'ignore' | 'stop';
type Rule = Readonly<Record<string, string | number | boolean>>;
type Execute = (command: string) => Promise<unknown>;

const SECTOR = 512;
const read: Rule = { event: 'none', iotype: 'read', errno: 5, sector: 1, once: true };
const write: Rule = { ...read, iotype: 'write' };
const full: Rule = { ...write, errno: 28 };

/** A device whose drive has no name; its policies are the usual ones where it says `auto`. */
const deviceCases: readonly (readonly [rerror: Policy | 'auto', werror: Policy | 'enospc' | 'auto', rules: readonly Rule[], steps: readonly Step[]])[] = [
  ['stop', 'stop', [read, write], ['read', 'cont', 'write', 'cont']],
  ['report', 'ignore', [read, write], ['read', 'write', 'write']],
  ['auto', 'auto', [read, full], ['read', 'write', 'cont', 'write']],
  ['auto', 'auto', [write], ['write', 'read', 'cont']],
  ['ignore', 'enospc', [{ ...full, once: false }], ['write', 'cont', 'cont', 'read other']],
];

/** Policies, what blkdebug does to sector 1, and what the guest and the operator do. */
const cases: readonly (readonly [rerror: Policy, werror: Policy | 'enospc', rules: readonly Rule[], steps: readonly Step[]])[] = [
  ['report', 'report', [read, write], ['read other', 'read', 'read', 'write other', 'write', 'write']],
  ['report', 'ignore', [read, write], ['read', 'write', 'write']],
  ['ignore', 'ignore', [read, full], ['read', 'read', 'write', 'write', 'cont']],
  ['ignore', 'stop', [read, full], ['read', 'read', 'write', 'cont', 'write']],
  ['stop', 'stop', [read, write], ['read', 'cont', 'read', 'write', 'cont', 'write']],
  ['stop', 'report', [{ ...read, once: false }], ['read', 'cont', 'cont']],
  ['report', 'enospc', [read, full], ['write', 'cont', 'read', 'read']],
  ['report', 'enospc', [read, write], ['write', 'cont', 'read']],
  ['stop', 'enospc', [read, full], ['stop', 'read', 'cont', 'write', 'stop', 'cont']],
  ['stop', 'stop', [write], ['write', 'system_reset']],
  ['stop', 'stop', [{ ...write, errno: 30 }], ['write', 'cont']],
];

describeWithQemu('errors of the guest beside those of a real IDE disk', () => {
  let folder: string;
  let disk: IdePorts;
  let engine: Engine;

  afterEach(async () => {
    await engine.close();
    await disk.stop();
    await rm(folder, { recursive: true, force: true });
  });

  for (const [rerror, werror, rules, steps] of cases) {
    const errors = rules.map(({ iotype, errno, once }) => `${iotype} ${errno}${once === true ? '' : ' always'}`).join(', ');
    it(`count, stop and are told as in QEMU: rerror=${rerror} werror=${werror} (${errors}) ${steps.join(', ')}`, async () => {
      folder = await mkdtemp(join(tmpdir(), 'qmon-guest-errors-'));
      const drive = await makeDrive({ rerror, werror, rules });
      disk = await IdePorts.start(folder, ['-drive', onCommandLine(drive('theirs'))]);
      engine = await createEngine({ machine: { drives: [drive('ours')], guest: [{ device: 'd' }] } });
      await playAndCompare(steps);
    });
  }

  for (const [rerror, werror, rules, steps] of deviceCases) {
    const errors = rules.map(({ iotype, errno }) => `${iotype} ${errno}`).join(', ');
    it(`are told of a node's device as in QEMU: rerror=${rerror} werror=${werror} (${errors}) ${steps.join(', ')}`, async () => {
      folder = await mkdtemp(join(tmpdir(), 'qmon-guest-errors-'));
      await makeFiles();
      const device = { driver: 'ide-hd', drive: 'n', id: 'disk', bus: 'ide.0', unit: 0, rerror, werror };
      const node = (who: string) => ({
        'driver': 'raw', 'node-name': 'n',
        'file': { 'driver': 'blkdebug', 'image': { driver: 'file', filename: join(folder, who) }, 'inject-error': rules },
      });
      disk = await IdePorts.start(folder, ['-blockdev', JSON.stringify(node('theirs')), '-device', JSON.stringify(device)]);
      engine = await createEngine({ machine: { blockdevs: [node('ours')], devices: [device], guest: [{ device: 'disk' }] } });
      await playAndCompare(steps);
    });
  }

  async function playAndCompare(steps: readonly Step[]): Promise<void> {
    const events: [string, unknown][] = [];
    engine.onEvent(({ event, data }) => events.push([event, data]));
    await engine.open();
    disk.monitor.events.length = 0;
    const hasName = 'd' === (await engine.execute('query-block') as [{ device: string }])[0].device;
    for (const [place, step] of steps.entries()) {
      await Promise.all([playTheirs(step), playOurs(step)]);
      const theirs = { place, step, events: disk.monitor.events, ...await stateOf((command) => disk.monitor.execute(command)) };
      // Going on clears the state of every drive here; QEMU 7.2 forgets those without a name.
      if (!hasName && theirs.running && steps.slice(0, place + 1).includes('cont')) theirs.ioStatus = 'ok';
      // What is tried again is tried after the answer to `cont`.
      const ours = async () => ({ place, step, events, ...await stateOf((command) => engine.execute(command)) });
      await expect.poll(ours, { timeout: 3000 }).toEqual(theirs);
    }
  }

  async function makeFiles(): Promise<void> {
    for (const who of ['theirs', 'ours']) {
      await writeFile(join(folder, who), '');
      await truncate(join(folder, who), 1 << 20);
    }
  }

  async function makeDrive({ rerror, werror, rules }: { rerror: Policy; werror: Policy | 'enospc'; rules: readonly Rule[] }) {
    const injected = Object.fromEntries(rules.flatMap((rule, place) => Object.entries(rule).map(([key, value]) => [`file.inject-error.${place}.${key}`, value])));
    await makeFiles();
    return (who: string) => ({
      id: 'd', if: 'ide' as const, driver: 'raw', 'node-name': 'n', rerror, werror,
      'file.driver': 'blkdebug', 'file.image.driver': 'file', 'file.image.filename': join(folder, who), ...injected,
    });
  }

  async function playTheirs(step: Step): Promise<void> {
    const request = requestOf(step);
    if (request === undefined) await disk.monitor.execute(step);
    else await disk.request(request.operation, request.sector);
    await sleep(100);
    await disk.monitor.execute('query-version');
  }

  async function playOurs(step: Step): Promise<void> {
    const request = requestOf(step);
    if (request === undefined) await engine.execute(step);
    else await engine.machine.guests[0]!.submit([{ operation: request.operation, offset: request.sector * SECTOR, buffer: Buffer.alloc(SECTOR, 0x11) }]);
  }
});

function requestOf(step: Step): { operation: 'read' | 'write'; sector: number } | undefined {
  const [operation, other] = step.split(' ');
  if (operation !== 'read' && operation !== 'write') return undefined;
  return { operation, sector: other === undefined ? 1 : 2 };
}

const onCommandLine = (drive: object) => Object.entries(drive)
  .map(([key, value]) => `${key}=${value === true ? 'on' : value === false ? 'off' : String(value)}`).join(',');

interface GuestState {
  ioStatus: string | undefined;
  readonly status: string;
  readonly running: boolean;
  readonly stats: object;
}

/** Everything but times. */
async function stateOf(execute: Execute): Promise<GuestState> {
  const [{ stats }] = await execute('query-blockstats') as [{ stats: Record<string, unknown> }];
  const [{ 'io-status': ioStatus }] = await execute('query-block') as [{ 'io-status'?: string }];
  const { status, running } = await execute('query-status') as { status: string; running: boolean };
  return { ioStatus, status, running, stats: Object.fromEntries(Object.entries(stats).filter(([name]) => !name.endsWith('_ns'))) };
}
