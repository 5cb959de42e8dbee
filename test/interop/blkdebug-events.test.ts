import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { createEngine } from '../../src/engine/create-engine.ts';
import { describeWithQemu, qemu } from '../support/qemu.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const run = promisify(execFile);
const TIMEOUT = 30_000;

interface Case {
  readonly lines: readonly string[];
  /** Of blkdebug, beyond its rules. */
  readonly limits?: object;
  /** What the event makes fail; an empty text when it does not matter. */
  readonly events: Readonly<Record<string, string>>;
}

const cases: Readonly<Record<string, Case>> = {
  'clusters that are written, read, packed and copied': {
    lines: [
      'write -P 1 0 64k', 'flush', 'write -P 2 100k 4k', 'write -P 3 1M 128k', 'flush', 'read 0 64k', 'write -z 64k 64k', 'discard 1M 64k', 'flush',
      'read 0 4M', 'write -c -P 5 2M 64k', 'read 2M 64k', 'write -P 6 2M 4k', 'flush',
    ],
    events: {
      read_aio: 'read', read_compressed: 'read', write_aio: 'write', cow_write: 'write', refblock_load: 'write', cluster_alloc: 'write',
      refblock_alloc: 'write', pwritev: 'write', cluster_free: '',
    },
  },
  'requests that do not fill whole blocks': {
    lines: ['write -P 1 100 200', 'write -P 1 5000 5000', 'write -P 2 0 8k', 'flush', 'read -P 1 5000 10', 'write -P 3 6000 10000', 'write -z 100 100'],
    limits: { align: 4096 },
    events: {
      pwritev_rmw_after_head: 'write', pwritev_rmw_after_tail: 'write', pwritev: 'write', read_aio: 'read',
    },
  },
};

describeWithQemu('blkdebug events beside those of the real qemu-io', () => {
  const folder = temporaryFolder();

  for (const [title, { lines, limits, events }] of Object.entries(cases)) {
    for (const [event, failing] of Object.entries(events)) {
      it(`fail the same requests of ${title} behind ${event}`, async () => {
        const options = async (who: string) => {
          const filename = join(folder, `${who}-${event}`);
          await qemu.img('create', '-q', '-f', 'qcow2', filename, '4M');
          const file = { driver: 'blkdebug', ...limits, 'inject-error': [{ event, errno: 28, once: true }], image: { driver: 'file', filename } };
          return { filename, tree: { driver: 'qcow2', discard: 'unmap', file } };
        };
        const [theirs, ours] = [await options('theirs'), await options('ours')];
        const theirWords = await playTheirs(theirs.tree, lines);
        expect(await playOurs(ours.tree, lines)).toEqual(theirWords);
        expect(theirWords.filter((word) => word.includes('failed:'))).toEqual(failing === '' ? [] : [`${failing} failed: No space left on device`]);
        await qemu.img('check', '-q', ours.filename);
        await qemu.img('compare', ours.filename, theirs.filename);
      });
    }
  }
});

async function playTheirs(tree: object, lines: readonly string[]): Promise<string[]> {
  const commands = lines.flatMap((line) => ['-c', line]);
  // A request that fails is told of in the exit status too.
  const { stdout } = await run('qemu-io', [...commands, `json:${JSON.stringify(tree)}`], { timeout: TIMEOUT })
    .catch((error: { stdout: string }) => ({ stdout: error.stdout }));
  return outcomes(stdout);
}

async function playOurs(tree: object, lines: readonly string[]): Promise<string[]> {
  const engine = await createEngine({ machine: { blockdevs: [{ ...tree, driver: 'qcow2', 'node-name': 'n' }] } });
  try {
    const said: string[] = [];
    for (const command of lines) said.push(await engine.execute('x-qemu-io', { device: 'n', command }) as string);
    return outcomes(said.join(''));
  } finally {
    await engine.close();
  }
}

/** What was printed, without times. */
const outcomes = (text: string): string[] => text.split('\n').filter((line) => line !== '' && !line.includes(' ops; '));
