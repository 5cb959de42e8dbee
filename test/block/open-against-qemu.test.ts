import { existsSync, mkdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BlockBackend } from '../../src/block/backend.ts';
import { deviceInfo } from '../../src/block/device-info.ts';
import { BlockGraph } from '../../src/block/graph.ts';
import { describeWithQemu, qemu } from '../support/qemu.ts';
import { QemuMonitor } from '../support/qemu-monitor.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

type Options = Record<string, unknown>;

/** Images of many kinds, made by qemu-img. */
async function makeImages(folder: string): Promise<void> {
  const at = (name: string) => join(folder, name);
  mkdirSync(at('sub'));
  writeFileSync(at('odd.raw'), Buffer.alloc(1000, 1));
  writeFileSync(at('a.raw'), '');
  truncateSync(at('a.raw'), 1 << 20);
  writeFileSync(at('junk.qcow2'), Buffer.alloc(3000, 7));
  await qemu.img('create', '-q', '-f', 'qcow2', at('base.qcow2'), '1M');
  await qemu.img('create', '-q', '-f', 'qcow2', '-b', '../base.qcow2', '-F', 'qcow2', at('sub/overlay.qcow2'));
  await qemu.img('create', '-q', '-f', 'qcow2', '-b', 'overlay.qcow2', '-F', 'qcow2', at('sub/top.qcow2'));
  await qemu.img('create', '-q', '-u', '-f', 'qcow2', '-b', 'gone.qcow2', '-F', 'qcow2', at('missing.qcow2'), '1M');
  await qemu.img('create', '-q', '-u', '-f', 'qcow2', '-b', 'missing.qcow2', '-F', 'qcow2', at('missing2.qcow2'), '1M');
  await qemu.img('create', '-q', '-f', 'qcow2', '-o', 'compat=0.10,cluster_size=4k', at('old.qcow2'), '1M');
  await qemu.img('snapshot', '-c', 'before', at('old.qcow2'));
  await qemu.img('snapshot', '-c', 'after', at('old.qcow2'));
  await qemu.img('create', '-q', '-f', 'qcow2', '-o', 'lazy_refcounts=on,refcount_bits=1', at('lazy.qcow2'), '1M');
  await qemu.img('create', '-q', '-u', '-f', 'qcow2', '-b', `json:{"driver":"raw","offset":512,"file.filename":"${at('a.raw')}"}`,
    '-F', 'raw', at('on-json.qcow2'), '1M');
}

describeWithQemu('opening nodes, beside the real QEMU', () => {
  const folder = temporaryFolder();
  // Each works on images of its own: they would refuse each other's.
  const theirFolder = temporaryFolder();
  const forThem = <T>(value: T) => JSON.parse(JSON.stringify(value).replaceAll(folder, theirFolder)) as T;
  const forUs = <T>(value: T) => JSON.parse(JSON.stringify(value).replaceAll(theirFolder, folder)) as T;
  const at = (name: string) => join(folder, name);
  const file = (name: string, more: Options = {}) => ({ driver: 'file', filename: at(name), ...more });
  let monitor: QemuMonitor;
  let graph: BlockGraph;

  beforeAll(async () => {
    await makeImages(folder);
    await makeImages(theirFolder);
    monitor = await QemuMonitor.start('-machine', 'none', '-drive', 'if=none,id=cd0,media=cdrom');
    graph = new BlockGraph();
    graph.backends.set('cd0', new BlockBackend({ name: 'cd0' }));
  });
  afterAll(async () => {
    await graph.closeAll();
    await monitor.stop();
  });

  const answers = async (work: Promise<unknown>) => work.then(() => 'accepted', (error: Error) => error.message);

  const requests: [string, Options][] = [
    ['a file that is not there', { driver: 'file', 'node-name': 'n', filename: '/nope/x' }],
    ['a folder', { driver: 'file', 'node-name': 'n', filename: '/tmp' }],
    ['a device as a file', { driver: 'file', 'node-name': 'n', filename: '/dev/null' }],
    ['a file as a device', { driver: 'host_device', 'node-name': 'n', filename: '/etc/passwd' }],
    ['no filename', { driver: 'file', 'node-name': 'n' }],
    ['an empty filename', { driver: 'file', 'node-name': 'n', filename: '' }],
    ['an unknown option', { driver: 'file', 'node-name': 'n', filename: '/etc/passwd', bogus: 1 }],
    ['an unknown enum value', { driver: 'file', 'node-name': 'n', filename: '/etc/passwd', aio: 'bogus' }],
    ['native aio without direct', { driver: 'file', 'node-name': 'n', filename: '/etc/passwd', aio: 'native', 'read-only': true }],
    ['an unknown driver', { driver: 'nonesuch', 'node-name': 'n' }],
    ['no driver', { 'node-name': 'n' }],
    ['no file child', { driver: 'raw', 'node-name': 'n' }],
    ['a reference to nothing', { driver: 'raw', 'node-name': 'n', file: 'nosuch' }],
    ['a null file', { driver: 'raw', 'node-name': 'n', file: null }],
    ['an odd size', { driver: 'raw', 'node-name': 'n', file: file('a.raw'), offset: 512, size: 100 }],
    ['a size beyond the file', { driver: 'raw', 'node-name': 'n', file: file('a.raw'), offset: 512, size: 1 << 20 }],
    ['an offset beyond the file', { driver: 'raw', 'node-name': 'n', file: file('a.raw'), offset: 2 << 20 }],
    ['a negative offset', { driver: 'raw', 'node-name': 'n', file: file('a.raw'), offset: -512 }],
    ['an offset that is text', { driver: 'raw', 'node-name': 'n', file: file('a.raw'), offset: '512' }],
    ['the same name twice in a tree', { driver: 'raw', 'node-name': 'n', file: file('a.raw', { 'node-name': 'n' }) }],
    ['a name that starts with a digit', { driver: 'null-co', 'node-name': '1bad' }],
    ['a name that is too long', { driver: 'null-co', 'node-name': 'x'.repeat(32) }],
    ['an empty name', { driver: 'null-co', 'node-name': '' }],
    ['a generated name', { driver: 'null-co', 'node-name': '#block1' }],
    ['the name of a device', { driver: 'null-co', 'node-name': 'cd0' }],
    ['a file that is no qcow2 image', { driver: 'qcow2', 'node-name': 'n', file: file('junk.qcow2') }],
    ['a missing backing file', { driver: 'qcow2', 'node-name': 'n', file: file('missing.qcow2') }],
    ['a missing backing file of the backing file', { driver: 'qcow2', 'node-name': 'n', file: file('missing2.qcow2') }],
    ['a backing reference to nothing', { driver: 'qcow2', 'node-name': 'n', file: file('sub/overlay.qcow2'), backing: 'nosuch' }],
    ['detect-zeroes=unmap without discard', { driver: 'null-co', 'node-name': 'n', 'detect-zeroes': 'unmap' }],
    ['an unknown cache option', { driver: 'null-co', 'node-name': 'n', cache: { bogus: true } }],
    ['a backing image for raw', { driver: 'raw', 'node-name': 'n', file: file('a.raw'), backing: null }],
    ['a number for read-only', { driver: 'null-co', 'node-name': 'n', 'read-only': 1 }],
    ['raw', { driver: 'raw', 'node-name': 'raw0', file: file('a.raw') }],
    ['the same name again', { driver: 'raw', 'node-name': 'raw0', file: file('a.raw') }],
    ['raw with an offset', { driver: 'raw', 'node-name': 'part', file: file('a.raw'), offset: 100 }],
    ['raw with offset and size', { driver: 'raw', 'node-name': 'part2', file: file('a.raw'), offset: 512, size: 1024 }],
    ['raw over raw', { driver: 'raw', 'node-name': 'raw1', file: 'raw0' }],
    ['a file of odd length', { driver: 'raw', 'node-name': 'odd', file: file('odd.raw', { 'read-only': true }), 'read-only': true }],
    ['null', { driver: 'null-co', 'node-name': 'null0', size: 1000 }],
    ['raw over null', { driver: 'raw', 'node-name': 'null1', file: { driver: 'null-aio', 'read-zeroes': true } }],
    ['a chain of three', { driver: 'qcow2', 'node-name': 'top', file: file('sub/top.qcow2', { 'node-name': 'top-file' }) }],
    ['a second writer on the same node', { driver: 'qcow2', 'node-name': 'n', file: 'top-file' }],
    ['a second writer on the same file', { driver: 'qcow2', 'node-name': 'n', file: file('sub/top.qcow2') }],
    ['a writer on a backing file', { driver: 'qcow2', 'node-name': 'n', file: file('base.qcow2') }],
    ['a reader on a backing file', { driver: 'qcow2', 'node-name': 'reader', file: file('base.qcow2'), 'read-only': true }],
    ['a chain without its backing image', { driver: 'qcow2', 'node-name': 'n', file: file('missing.qcow2'), backing: null }],
    ['snapshots and version 2', { driver: 'qcow2', 'node-name': 'old', file: file('old.qcow2'), 'read-only': true }],
    ['lazy refcounts of one bit', { driver: 'qcow2', 'node-name': 'lazy', file: file('lazy.qcow2'), cache: { direct: false, 'no-flush': true } }],
    ['a json: backing file', { driver: 'qcow2', 'node-name': 'on-json', file: file('on-json.qcow2') }],
    ['qcow2 in a part of a file', {
      driver: 'qcow2', 'node-name': 'inner', 'read-only': true, file: { driver: 'raw', offset: 0, size: 65536 * 3, file: file('base.qcow2') },
    }],
    ['another backing image than the stored one', { driver: 'qcow2', 'node-name': 'other', file: file('sub/overlay.qcow2'), backing: 'null0', 'read-only': true }],
    ['caches and zeroes', {
      driver: 'null-co', 'node-name': 'tuned', discard: 'unmap', 'detect-zeroes': 'unmap', cache: { 'no-flush': true },
    }],
  ];
  it.each(requests)('answers %s as QEMU does', async (_title, options) => {
    const [ours, theirs] = await Promise.all([answers(graph.open(options)), answers(monitor.execute('blockdev-add', forThem(options)))]);
    expect(ours).toBe(forUs(theirs));
  });

  it('then has the same nodes in the same order, and tells the same of each', async () => {
    const theirs = forUs((await monitor.execute('query-named-block-nodes')) as Options[]);
    const ours = await Promise.all(graph.nodes().reverse().map((node) => deviceInfo(node)));
    const told = (nodes: unknown[]) => JSON.parse(JSON.stringify(nodes, (key, value: unknown) => {
      if (key === 'node-name') return String(value).replace(/^#.*/, '#');
      // Each side has images of its own, and the host allocates each as it likes.
      return ['icount', 'date-sec', 'date-nsec', 'actual-size'].includes(key) ? undefined : value;
    })) as Options[];
    expect(told(ours)).toEqual(told(theirs.map((node) => ({ ...node, encryption_key_missing: false }))));
  });

  it('tells of each image the bytes that its own file takes on the host', async () => {
    const images = await Promise.all(graph.nodes().map(async (node) => (await deviceInfo(node)).image));
    const inFiles = images.filter((image) => existsSync(image.filename));
    expect(inFiles.length).toBeGreaterThan(10);
    expect(inFiles.map((image) => image['actual-size'])).toEqual(inFiles.map((image) => statSync(image.filename).blocks * 512));
  });
});
