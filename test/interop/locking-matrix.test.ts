import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createEngine } from '../../src/engine/create-engine.ts';
import { describeWithQemu, qemu } from '../support/qemu.ts';
import { openLink, startQemu, startStorageDaemon, temporaryFolder } from './link-peers.ts';

/** Answers 'done' or the error's desc. */
type Peer = (command: string, args: object) => Promise<string>;

const settled = (work: Promise<unknown>): Promise<string> => work.then(() => 'done', (error: Error) => error.message);

const PEERS: Record<string, (folder: string, name: string) => Promise<Peer>> = {
  QEMU: async (folder, name) => {
    startQemu(`unix:${join(folder, name)}`);
    return linked(join(folder, name));
  },
  'qemu-storage-daemon': async (folder, name) => {
    startStorageDaemon(join(folder, name));
    return linked(join(folder, name));
  },
  qmon: async () => {
    const engine = await createEngine();
    onTestFinished(() => engine.close());
    return (command, args) => settled(engine.execute(command, args as Record<string, unknown>));
  },
};

async function linked(path: string): Promise<Peer> {
  const link = openLink(path);
  await expect.poll(() => settled(link.execute('query-version')), { timeout: 20_000 }).toBe('done');
  return (command, args) => settled(link.execute(command, args as Record<string, unknown>));
}

/** The ways to open the images of a folder. */
function waysToOpen(at: (name: string) => string): [title: string, options: object][] {
  const file = (name: string, more = {}) => ({ driver: 'file', filename: at(name), ...more });
  return [
    ['qcow2', { driver: 'qcow2', file: file('top') }],
    ['qcow2, read-only', { driver: 'qcow2', file: file('top'), 'read-only': true }],
    ['qcow2, auto-read-only', { driver: 'qcow2', file: file('top'), 'auto-read-only': true }],
    ['qcow2, shared by force', { driver: 'qcow2', file: file('top'), 'read-only': true, 'force-share': true }],
    ['qcow2, written and shared by force', { driver: 'qcow2', file: file('top'), 'force-share': true }],
    ['qcow2, locking=off', { driver: 'qcow2', file: file('top', { locking: 'off' }), backing: null }],
    ['qcow2, locking=on', { driver: 'qcow2', file: file('top', { locking: 'on' }) }],
    ['qcow2 without its backing image', { driver: 'qcow2', file: file('top'), backing: null }],
    ['the backing image', { driver: 'qcow2', file: file('base') }],
    ['the backing image, read-only', { driver: 'qcow2', file: file('base'), 'read-only': true }],
    ['qcow2 as raw', { driver: 'raw', file: file('top') }],
    ['the file', file('top')],
    ['the file, read-only', file('top', { 'read-only': true })],
  ];
}

const PAIRS: readonly [holder: string, asker: string][] = [
  ['QEMU', 'qmon'], ['qmon', 'QEMU'], ['qmon', 'qmon'], ['qemu-storage-daemon', 'qmon'], ['qmon', 'qemu-storage-daemon'],
];

describeWithQemu('image locks, whoever holds an image and whoever asks for it', () => {
  it('say what they say between two QEMUs, for each way to open and each way to hold', { timeout: 120_000 }, async () => {
    const folder = temporaryFolder();
    const at = (name: string) => join(folder, name);
    await qemu.img('create', '-q', '-f', 'qcow2', at('base'), '1M');
    await qemu.img('create', '-q', '-f', 'qcow2', '-b', 'base', '-F', 'qcow2', at('top'));
    const start = async (role: string): Promise<Record<string, Peer>> => Object.fromEntries(
      await Promise.all(Object.entries(PEERS).map(async ([name, open]) => [name, await open(folder, `${role}-${name}`)] as const)));
    const [holders, askers] = [await start('holder'), await start('asker')];
    let steps = 0;
    /** What is said to each way to open, and then to resize, while `holder` has an image open. */
    const play = async (holder: Peer, asker: Peer, how: object): Promise<string[]> => {
      const said = [`held: ${await holder('blockdev-add', { 'node-name': 'held', ...how })}`];
      for (const [title, options] of waysToOpen(at)) {
        said.push(`${title}: ${await asker('blockdev-add', { 'node-name': 'n', ...options })}`);
        await asker('blockdev-del', { 'node-name': 'n' });
        steps++;
      }
      await holder('blockdev-del', { 'node-name': 'held' });
      return said;
    };
    for (const [title, how] of waysToOpen(at)) {
      const theirs = await play(holders.QEMU!, askers.QEMU!, how);
      for (const [holder, asker] of PAIRS) {
        const said = await play(holders[holder]!, askers[asker]!, how);
        expect({ title, holder, asker, said }).toEqual({ title, holder, asker, said: theirs });
      }
    }
    expect(steps).toBeGreaterThan(900);
  });

  it('are taken for the time of a resize', async () => {
    const folder = temporaryFolder();
    const at = (name: string) => join(folder, name);
    const raw = { driver: 'raw', file: { driver: 'file', filename: at('top') } };
    writeFileSync(at('other'), '');
    truncateSync(at('other'), 2 ** 20);
    await qemu.img('create', '-q', '-f', 'qcow2', at('top'), '1M');
    const start = (name: string) => Promise.all([PEERS[name]!(folder, `${name}-1`), PEERS[name]!(folder, `${name}-2`)]);
    const [[theirHolder, theirAsker], [ownHolder, ownAsker]] = [await start('QEMU'), await start('qmon')];
    const said = [];
    for (const [holder, asker] of [[theirHolder, theirAsker], [ownHolder, theirAsker], [theirHolder, ownAsker], [ownHolder, ownAsker]] as const) {
      const steps = [
        await asker('blockdev-add', { 'node-name': 'raw', ...raw }),
        await asker('blockdev-add', { 'node-name': 'other', driver: 'raw', file: { driver: 'file', filename: at('other') } }),
        await holder('blockdev-add', { 'node-name': 'held', driver: 'qcow2', file: { driver: 'file', filename: at('top') } }),
        await asker('block_resize', { 'node-name': 'raw', size: 2 ** 20 }),
        await asker('block_resize', { 'node-name': 'other', size: 2 ** 20 }),
        await holder('blockdev-del', { 'node-name': 'held' }),
        await asker('block_resize', { 'node-name': 'raw', size: 2 ** 20 }),
        await asker('blockdev-del', { 'node-name': 'raw' }),
        await asker('blockdev-del', { 'node-name': 'other' }),
      ];
      said.push(steps);
    }
    for (const steps of said) expect(steps).toEqual(said[0]);
    expect(said[0]![3]).toBe('Failed to get "resize" lock');
  });
});
