type Step = readonly [command: string, args: Readonly<Record<string, unknown>>];

const add = (driver: string, options: object, name = 'q'): Step => ['blockdev-add', { driver, 'node-name': name, ...options }];
const remove = (name = 'q'): Step => ['blockdev-del', { 'node-name': name }];
const change = (args: Readonly<Record<string, unknown>>): Step => ['x-blockdev-change', args];
const io = (device: string, command: string): Step => ['x-qemu-io', { device, command }];
const nodes: Step = ['query-named-block-nodes', {}];
const file = (filename: string) => ({ driver: 'file', filename });
const failing = (image: string, name: string, rule: object = {}) => (
  { driver: 'blkdebug', 'node-name': name, image, 'inject-error': [{ event: 'none', ...rule }] });
const nulls: Step[] = ['n1', 'n2', 'n3', 'x'].map((name) => add('null-co', { size: 1 << 20, 'read-zeroes': true }, name));
const noNulls: Step[] = ['n1', 'n2', 'n3', 'x'].map((name) => remove(name));
const files: Step[] = ['r1', 'r2', 'r3'].map((name) => add('file', { filename: name }, `f${name[1]}`));
const noFiles: Step[] = ['f1', 'f2', 'f3'].map((name) => remove(name));
const quorum = (options: object, name = 'q') => add('quorum', options, name);
const debug = (options: object) => add('blkdebug', { image: 'n1', ...options });
const accepted = (step: Step): Step[] => [step, nodes, remove()];

/** The steps of each transcript; a qemu-io line prints where no client of QEMU sees it, so that only its events are compared. */
export const driverTranscripts: Readonly<Record<string, readonly Step[]>> = {
  'copy-on-read': [
    add('copy-on-read', {}), add('copy-on-read', { file: 'nope' }), add('copy-on-read', { file: 5 }),
    ...accepted(add('copy-on-read', { file: { driver: 'qcow2', file: file('top.qcow2') } })),
    ...nulls, ...accepted(add('copy-on-read', { file: 'n1' })), ...accepted(add('copy-on-read', { file: 'n1', 'read-only': true })),
    add('null-co', { size: 1 << 20, 'read-only': true }, 'ro'), add('copy-on-read', { file: 'ro' }), add('copy-on-read', { file: 'ro', 'read-only': true }),
    add('copy-on-read', { file: 'n1', bogus: 1 }), remove('ro'), ...noNulls,
  ],
  'blkdebug': [
    ...nulls, add('blkdebug', {}), debug({ image: 'nope' }), debug({ image: null }), debug({ align: 3 }), ...accepted(debug({ align: 0 })),
    ...accepted(debug({ align: 256 })), debug({ align: -1 }), debug({ align: 2 ** 32 }), ...accepted(debug({ 'max-transfer': 5 })),
    ...accepted(debug({ 'max-transfer': 65536, align: 4096 })), debug({ 'max-transfer': 512, align: 1024 }), ...accepted(debug({ 'opt-write-zero': 5 })),
    debug({ 'opt-discard': 100, align: 512 }), debug({ 'max-discard': 512, 'opt-discard': 1024 }), ...accepted(debug({ 'max-write-zero': 100 })),
    debug({ 'inject-error': 'x' }), debug({ 'inject-error': [{}] }), debug({ 'inject-error': [{ event: 'bogus' }] }),
    debug({ 'inject-error': [{ event: 'read_aio', errno: 'x' }] }), debug({ 'inject-error': [{ event: 'read_aio', foo: 1 }] }),
    debug({ 'set-state': [{ event: 'read_aio' }] }), ...accepted(debug({ 'set-state': [{ event: 'read_aio', state: 0, new_state: 2 }] })),
    ...accepted(debug({ 'inject-error': [{ event: 'read_aio', errno: 28, state: 3, immediately: true, once: true, iotype: 'read', sector: 5 }] })),
    debug({ 'inject-error': [{ event: 'read_aio', iotype: 'bogus' }] }),
    ...accepted(debug({ image: file('r1') })), ...accepted(add('raw', { file: { driver: 'blkdebug', image: file('r1') } })), ...noNulls,
  ],
  'blkdebug config files': [
    ...nulls, ...['nofile', 'junk.conf', 'group.conf', 'no-event.conf', 'open.conf', 'event.conf', 'option.conf', 'number.conf', 'bare.conf',
      'switch.conf', 'iotype.conf'].map((config) => debug({ config })),
    ...accepted(debug({ image: file('r1'), config: 'good.conf' })), ...noNulls,
  ],
  'blkverify': [
    ...nulls, add('blkverify', {}), add('blkverify', { test: 'n1' }), add('blkverify', { raw: 'n1' }), add('blkverify', { test: 'nope', raw: 'n1' }),
    add('blkverify', { test: 'n1', raw: 'nope' }), ...accepted(add('blkverify', { test: 'n1', raw: 'n2' })),
    ...accepted(add('blkverify', { test: file('r1'), raw: file('r2') })), add('blkverify', { test: 'n1', raw: 'n1' }), ...noNulls,
  ],
  'quorum': [
    ...nulls, quorum({}), quorum({ children: [] }), quorum({ children: ['n1'] }), quorum({ children: [], 'vote-threshold': 1 }),
    quorum({ children: ['n1'], 'vote-threshold': 2 }), quorum({ children: ['n1', 'n2'], 'vote-threshold': 0 }),
    quorum({ children: ['n1', 'n2'], 'vote-threshold': -1 }), quorum({ children: ['n1', 'n2'], 'vote-threshold': 3 }),
    quorum({ children: ['n1', 'n2'], 'vote-threshold': 'x' }), quorum({ children: ['n1', 'n2'], 'vote-threshold': 2, 'rewrite-corrupted': true, blkverify: true }),
    quorum({ children: ['n1', 'n2'], 'vote-threshold': 1, blkverify: true }), quorum({ children: ['n1', 'n2', 'nope'], 'vote-threshold': 1 }),
    quorum({ children: 'n1', 'vote-threshold': 1 }), quorum({ children: ['n1', 'n2'], 'vote-threshold': 1, 'read-pattern': 'bogus' }),
    quorum({ children: ['n1', file('short')], 'vote-threshold': 1 }), quorum({ children: ['n1', 'n2'], 'vote-threshold': 2, file: 'n1' }),
    ...accepted(quorum({ children: ['n1', 'n2'], 'vote-threshold': 1 })),
    ...accepted(quorum({ children: ['n1', 'n2'], 'vote-threshold': 1, 'read-pattern': 'fifo', 'rewrite-corrupted': true })),
    ...accepted(quorum({ children: [file('r1'), { driver: 'raw', file: file('r2') }], 'vote-threshold': 2, blkverify: true })),
    quorum({ children: ['n1', 'n1'], 'vote-threshold': 1 }), ...noNulls,
  ],
  'quorum children': [
    ...nulls, quorum({ children: ['n1', 'n2'], 'vote-threshold': 2 }), change({}), change({ parent: 'nope' }), change({ parent: 'n1' }),
    change({ parent: 'n1', node: 'n3' }), change({ parent: 'q' }), change({ parent: 'q', child: 'children.0', node: 'n3' }),
    change({ parent: 'q', node: 'nope' }), change({ parent: 'q', child: 'nope' }), change({ parent: 'q', child: 'children.0' }),
    change({ parent: 'q', node: 'n3' }), change({ parent: 'q', node: 'n3' }), change({ parent: 'n1', child: 'foo' }), nodes,
    change({ parent: 'q', child: 'children.0' }), nodes, change({ parent: 'q', child: 'children.0' }), change({ parent: 'q', child: 'children.1' }),
    change({ parent: 'q', node: 'n1' }), change({ parent: 'q', node: 'x' }), change({ parent: 'q', child: 'children.3' }),
    change({ parent: 'q', node: 'x' }), change({ parent: 'q', child: 'children.4' }), nodes, remove('n2'), remove('n1'), remove(),
    add('null-co', { size: 1 << 20 }, 'n1'), quorum({ children: ['n1', 'n3'], 'vote-threshold': 2, blkverify: true }), change({ parent: 'q', node: 'x' }),
    change({ parent: 'q', child: 'children.0' }), remove(), quorum({ children: ['n1', 'n3'], 'vote-threshold': 1, 'read-pattern': 'fifo' }),
    change({ parent: 'q', node: 'q' }), change({ parent: 'q', child: 'children.0' }), change({ parent: 'q', child: 'children.1' }), remove(),
    debug({}), change({ parent: 'q', node: 'x' }), change({ parent: 'q', child: 'image' }), change({ parent: 'q', child: 'nope' }), remove(), ...noNulls,
  ],
  'votes and events': [
    ...files, quorum({ children: ['f1', 'f2', 'f3'], 'vote-threshold': 2, 'rewrite-corrupted': true }), io('q', 'read -P 0 0 1000'), io('q', 'read -P 0 0 1000'),
    remove(), quorum({ children: ['f1', 'f3'], 'vote-threshold': 2 }), io('q', 'read -P 0 0 512'), io('q', 'read 2048 1000'), remove(),
    quorum({ children: [failing('f1', 'd1', { iotype: 'write', errno: 28 }), failing('f2', 'd2', { iotype: 'read', errno: 28 }), failing('f3', 'd3', { iotype: 'read' })],
      'vote-threshold': 2 }),
    ...['write 0 512', 'flush', 'read 0 512', 'read 513 1', 'discard 0 4096'].map((line) => io('q', line)), remove(),
    quorum({ children: [failing('f1', 'd1', { iotype: 'write' }), failing('f2', 'd2', { errno: 28, iotype: 'write' }), 'f3'], 'vote-threshold': 2 }),
    ...['write 0 512', 'read 0 512', 'read 513 1'].map((line) => io('q', line)), remove(),
    quorum({ children: [failing('f1', 'd1', { iotype: 'read' }), failing('f2', 'd2', { errno: 28, iotype: 'read' }), 'f3'], 'vote-threshold': 2, 'read-pattern': 'fifo' }),
    ...['write 0 512', 'read 0 512', 'read -P 3 5000 512'].map((line) => io('q', line)), ['block_resize', { 'node-name': 'q', size: 1 << 19 }], remove(), ...noFiles,
  ],
  'host devices': [
    ...['host_cdrom', 'host_device'].flatMap((driver) => ['r1', 'nofile', '/dev/nothing', '/tmp'].map((filename) => add(driver, { filename, 'read-only': true }))),
    ...accepted(add('host_cdrom', { filename: '/dev/null', 'read-only': true })),
  ],
};

/** What is meant to differ, and why. */
export const differences: Readonly<Record<string, string>> = {
  'blkverify / blockdev-add {"driver":"blkverify","node-name":"q","test":"n1","raw":"n1"}': 'here each child of a node is another node',
  'quorum / blockdev-add {"driver":"quorum","node-name":"q","children":["n1","n1"],"vote-threshold":1}': 'here each child of a node is another node',
};
