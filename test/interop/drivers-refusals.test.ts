import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithQemu, qemu } from '../support/qemu.ts';
import { GraphReferee } from './graph-referee.ts';
import type { Step } from './graph-referee.ts';

type Options = Record<string, unknown>;

const add = (driver: unknown, options: Options): Step => ['blockdev-add', { driver, 'node-name': 'x', ...options }];
const file = { driver: 'file', filename: 'a.raw' };

/** What each driver needs to open. */
const drivers: Readonly<Record<string, Options>> = {
  'file': { filename: 'a.raw' }, 'host_device': { filename: 'a.raw' }, 'host_cdrom': { filename: 'a.raw' }, 'null-co': {}, 'null-aio': {}, 'raw': { file },
  'qcow2': { file: { driver: 'file', filename: 'a.qcow2' } }, 'copy-on-read': { file }, 'blkdebug': { image: file }, 'blkverify': { test: 'n0', raw: 'n1' },
  'quorum': { children: ['n0', 'n1'], 'vote-threshold': 1 }, 'throttle': { 'file': 'n0', 'throttle-group': 'tg' },
};

/** Options of its own, each given a JSON value that it cannot have. QEMU 7.2 dies of a null device of negative size. */
const wrong: Readonly<Record<string, readonly Options[]>> = {
  'file': [{ filename: 5 }, { filename: null }, { filename: '' }, { filename: 'nofile' }, { aio: 'bogus' }, { locking: 'maybe' }, { 'pr-manager': 5 }, { 'drop-cache': 'x' }, { 'aio-max-batch': -1 }],
  'host_device': [{ filename: [] }, { aio: 5 }], 'host_cdrom': [{ filename: true }, { locking: 5 }],
  'null-co': [{ size: 'x' }, { size: 1.5 }, { 'latency-ns': 'x' }, { 'read-zeroes': 5 }], 'null-aio': [{ size: [] }, { 'read-zeroes': 'on' }],
  'raw': [{ offset: 'x' }, { offset: -1 }, { size: 'x' }, { size: -5 }, { offset: 1 << 30 }, { size: 1 << 30 }, { file: 5 }, { file: null }, { file: 'nope' }, { file: [] }, { file: {} }],
  'qcow2': [{ file: 5 }, { file: 'nope' }, { backing: 5 }, { backing: 'nope' }, { backing: [] }, { backing: {} }, { 'lazy-refcounts': 'on' }, { 'pass-discard-request': 5 }, { 'overlap-check': 5 },
    { 'overlap-check': 'bogus' }, { 'overlap-check': { template: 'bogus' } }, { 'overlap-check': { bogus: true } }, { 'cache-size': 'x' }, { 'l2-cache-size': 'x' },
    { 'l2-cache-entry-size': 5 }, { 'refcount-cache-size': 1.5 }, { 'cache-clean-interval': 'x' }, { 'cache-size': 65536, 'l2-cache-size': 65536, 'refcount-cache-size': 65536 },
    { 'cache-size': 65536, 'l2-cache-size': 131072 }, { encrypt: 5 }, { 'data-file': 5 }],
  'copy-on-read': [{ file: 5 }, { file: 'nope' }, { bottom: 5 }, { bottom: 'nope' }],
  'blkdebug': [{ image: 5 }, { image: [] }, { align: 'x' }, { config: 5 }, { 'max-transfer': 'x' }, { 'set-state': 5 }, { 'inject-error': [5] }],
  'blkverify': [{ test: 5 }, { raw: null }, { test: {} }], 'quorum': [{ children: 5 }, { children: [5] }, { children: [null] }, { 'vote-threshold': '1' }, { 'rewrite-corrupted': 5 }, { blkverify: 'x' }, { 'read-pattern': 5 }],
  'throttle': [{ file: 5 }, { file: 'nope' }, { 'throttle-group': 5 }, { 'throttle-group': 'nope' }, { 'throttle-group': '' }, { limits: {} }],
};

/** Options that all drivers have. The seeds allow an id, cache.writeback and a node without a name, too. */
const everywhere: readonly Options[] = [
  { 'read-only': 'on' }, { 'auto-read-only': 5 }, { discard: 'bogus' }, { discard: 5 }, { 'detect-zeroes': 'bogus' }, { 'detect-zeroes': 'unmap' }, { 'force-share': 5 }, { 'force-share': true },
  { cache: 5 }, { cache: 'none' }, { cache: { direct: 'on' } }, { cache: { bogus: true } }, { 'node-name': 5 }, { 'node-name': '' }, { 'node-name': '1x' }, { 'node-name': 'n0' },
  { 'node-name': '#x' }, { 'node-name': 'x'.repeat(32) },
];

const transcripts: Record<string, readonly Step[]> = {
  'what is no driver': [
    ...['n0', 'n1'].map((name): Step => ['blockdev-add', { 'driver': 'null-co', 'node-name': name, 'size': 1 << 20 }]),
    ['blockdev-add'], ['blockdev-add', { 'node-name': 'x' }], ...['bogus', '', 'RAW', 5, null, true, [], {}].map((driver) => add(driver, {})),
    ['blockdev-add', { filename: 'a.raw' }],
  ],
  'the options of all': everywhere.flatMap((options) => [add('null-co', options), ['blockdev-del', { 'node-name': 'x' }]]),
  'what is left out': Object.keys(drivers).filter((driver) => !driver.startsWith('null')).map((driver) => add(driver, {})),
  'an unknown option': Object.entries(drivers).flatMap(([driver, options]) => [add(driver, { ...options, bogus: 1 }), add(driver, { ...options, Filename: 'x' }), add(driver, { ...options, 'file.bogus': 1 })]),
  'an unknown option of a child': [
    ...['raw', 'qcow2', 'copy-on-read'].flatMap((driver) => [add(driver, { file: { ...file, bogus: 1 } }), add(driver, { file: { driver: 'bogus' } }), add(driver, { file: { filename: 'a.raw' } }),
      add(driver, { file: { driver: 'file', filename: 5 } }), add(driver, { file: { driver: 'file' } }), add(driver, { file: { driver: 'raw', file: 5 } })]),
    add('blkdebug', { image: { ...file, bogus: 1 } }), add('blkverify', { test: { ...file, bogus: 1 }, raw: 'n1' }), add('quorum', { 'children': ['n0', { ...file, bogus: 1 }], 'vote-threshold': 1 }),
    add('throttle', { 'file': { ...file, bogus: 1 }, 'throttle-group': 'tg' }), add('qcow2', { ...drivers.qcow2, backing: { ...file, bogus: 1 } }), add('qcow2', { ...drivers.qcow2, backing: { driver: 'bogus' } }),
  ],
  ...Object.fromEntries(Object.entries(wrong).map(([driver, list]) => [`wrong values of ${driver}`,
    list.flatMap((options): Step[] => [add(driver, { ...drivers[driver], ...options }), ['blockdev-del', { 'node-name': 'x' }]])])),
};

describeWithQemu('refused options of every driver beside the real QEMU', () => {
  let referee: GraphReferee;

  beforeAll(async () => {
    referee = await GraphReferee.start({
      drives: [], objects: [{ 'qom-type': 'throttle-group', 'id': 'tg' }],
      makeImages: async (path) => {
        await qemu.img('create', '-q', '-f', 'raw', path('a.raw'), '1M');
        await qemu.img('create', '-q', '-f', 'qcow2', path('a.qcow2'), '1M');
      },
    });
  });

  afterAll(() => referee.stop());

  for (const [title, steps] of Object.entries(transcripts)) it(`names what is wrong as QEMU does: ${title}`, () => referee.play(steps));

  it('compares enough steps to be trusted', () => expect(referee.steps).toBeGreaterThan(150));

  it('leaves the graph as it was', () => referee.compareQueries());
});
