import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createEngine } from '../../src/engine/create-engine.ts';
import { createImageFiles } from '../../src/engine/image-files.ts';
import { connect } from '../../src/qmp/client.ts';
import type { Link } from '../../src/qmp/link.ts';
import { createLocalLink } from '../../src/qmp/local-link.ts';
import { createSession } from '../../src/shell/create-session.ts';
import type { Session } from '../../src/shell/session.ts';
import { qemu } from '../support/qemu.ts';
import { QmpProcess } from './qmp-process.ts';

type Row = Record<string, unknown>;

/** A far end with a chain of three images in drive d0, and the shell on it. */
export interface Side {
  readonly session: Session;
  /** Every command that went over the link. */
  readonly sent: string[];
  /** A file in the folder of the images. */
  readonly file: (short: string) => string;
  readonly execute: (command: string, args?: Row) => Promise<unknown>;
  /** The hash of every file in the folder. */
  readonly hashes: () => Promise<Row>;
  readonly close: () => Promise<void>;
}

export type SideName = 'the engine' | 'QEMU';

/** base: data at 0 to 3 MiB; mid: 2 to 4 MiB; top: 8 to 9 MiB, and zeroes at 1 MiB. */
async function makeChain(file: (short: string) => string): Promise<void> {
  await qemu.img('create', '-q', '-f', 'qcow2', file('base.qcow2'), '12M');
  await qemu.io(file('base.qcow2'), 'write -P 1 0 3M');
  await qemu.img('create', '-q', '-f', 'qcow2', '-b', file('base.qcow2'), '-F', 'qcow2', file('mid.qcow2'), '16M');
  await qemu.io(file('mid.qcow2'), 'write -P 2 2M 2M');
  await qemu.img('create', '-q', '-f', 'qcow2', '-b', file('mid.qcow2'), '-F', 'qcow2', file('top.qcow2'));
  await qemu.io(file('top.qcow2'), 'write -P 3 8M 1M', 'write -z 1M 64k');
  await qemu.img('create', '-q', '-f', 'qcow2', file('spare.qcow2'), '16M');
  await qemu.img('create', '-q', '-f', 'qcow2', file('small.qcow2'), '1M');
  await qemu.img('create', '-q', '-f', 'raw', file('disk.raw'), '8M');
  await qemu.io(file('disk.raw'), 'write -P 4 300k 500k');
}

/** Starts a far end on images of its own. */
export async function openSide(name: SideName): Promise<Side> {
  const folder = await mkdtemp(join(tmpdir(), 'qmon-rehearsal-'));
  const file = (short: string) => join(folder, short);
  await makeChain(file);
  const { link, images, close } = name === 'QEMU' ? await startQemu(folder, file) : await startEngine(file);
  const sent: string[] = [];
  const spied = spy(link, sent);
  const session = createSession({ link: spied, images: async () => images, cwd: folder });
  return {
    session, sent, file,
    execute: (command, args) => link.execute(command, args),
    hashes: async () => Object.fromEntries(await Promise.all((await readdir(folder)).filter((short) => !short.startsWith('qmp')).sort()
      .map(async (short) => [short, createHash('sha256').update(await readFile(file(short))).digest('hex')] as const))),
    close: async () => {
      await session.close();
      await close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function spy(link: Link, sent: string[]): Link {
  return new Proxy(link, {
    get: (target, key) => {
      if (key === 'execute') return (command: string, ...rest: []) => (sent.push(command), target.execute(command, ...rest));
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) as unknown : value;
    },
  });
}

async function startQemu(folder: string, file: (short: string) => string) {
  const drive = (id: string, short: string, format: string) => ['-drive', `if=none,id=${id},file=${file(short)},format=${format}`];
  // QEMU takes one client at a time at each socket.
  const process = await QmpProcess.start(folder, [
    ...drive('d0', 'top.qcow2', 'qcow2'), ...drive('d1', 'disk.raw', 'raw'), '-drive', 'if=none,id=empty',
    '-qmp', `unix:${file('qmp2')},server=on,wait=off`,
  ]);
  const link = connect(`unix:${file('qmp2')}`);
  while (link.state.state !== 'ready') await sleep(10);
  return { link, images: createImageFiles(), close: async () => { await link.close(); await process.stop(); } };
}

async function startEngine(file: (short: string) => string) {
  const engine = await createEngine({
    machine: {
      drives: [
        { id: 'd0', if: 'none', file: file('top.qcow2'), format: 'qcow2' }, { id: 'd1', if: 'none', file: file('disk.raw'), format: 'raw' },
        { id: 'empty', if: 'none' },
      ],
    },
  });
  await engine.open();
  const link = createLocalLink(engine, 'engine');
  return { link, images: createImageFiles({ engine }), close: async () => { await link.close(); await engine.close(); } };
}
