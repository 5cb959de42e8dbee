import { describe, expect, it } from 'vitest';
import { createHmp } from '../../src/hmp/create-hmp.ts';
import { QapiError } from '../../src/qapi/qapi-error.ts';

/** What QEMU 7.2 printed for these answers, word for word; lines end with CR LF on the wire. */

interface Node {
  readonly name: string;
  readonly file: string;
  readonly drv?: string;
  readonly direct?: boolean;
  readonly ro?: boolean;
  readonly backing?: string;
}

function node({ name, file, drv = 'raw', direct = false, ro = false, backing }: Node) {
  return {
    'node-name': name, file, drv, ro, encrypted: false, detect_zeroes: 'off', backing_file_depth: backing === undefined ? 0 : 1,
    ...(backing !== undefined && { backing_file: backing }), cache: { writeback: true, direct, 'no-flush': false },
    bps: 0, bps_rd: 0, bps_wr: 0, iops: 0, iops_rd: 0, iops_wr: 0, image: { filename: file, format: drv, 'virtual-size': 1 },
  };
}

const device = (name: string, qdev: string, inserted?: object, removable = false) => ({
  device: name, qdev, type: 'unknown', removable, locked: false, ...(removable && { tray_open: false }), ...(inserted && { inserted }),
});

const answers: Readonly<Record<string, unknown>> = {
  'query-version': { qemu: { major: 7, minor: 2, micro: 22 }, package: 'Debian 1:7.2+dfsg-7+deb12u18+b3' },
  'query-status': { running: false, singlestep: false, status: 'prelaunch' },
  'query-block': [
    device('drive0', '/machine/peripheral/vd0/virtio-backend', node({ name: '#block119', file: 'ov.qcow2', drv: 'qcow2', direct: true, backing: 'base.qcow2' })),
    device('ide1-cd0', '/machine/unattached/device[18]', node({ name: '#block556', file: 'cd.iso', ro: true }), true),
    device('raw0', '/machine/peripheral/vd1/virtio-backend', node({ name: '#block789', file: 'data.raw' })),
    device('fl0', 'fl0', undefined, true),
  ],
  'query-named-block-nodes': [
    node({ name: '#block119', file: 'ov.qcow2', drv: 'qcow2', direct: true, backing: 'base.qcow2' }),
    node({ name: 'null0', file: 'json:{"read-zeroes": true, "driver": "null-co", "size": 16777216}', drv: 'null-co' }),
  ],
  'query-block-jobs': [
    { type: 'stream', device: 'drive0', offset: 524288, len: 67108864, speed: 1024, ready: false, paused: false, 'io-status': 'ok', status: 'running' },
    { type: 'mirror', device: 'drive0', offset: 8388608, len: 8388608, speed: 0, ready: true, paused: false, 'io-status': 'ok', status: 'ready' },
    { type: 'backup', device: 'myjob', offset: 1048576, len: 67108864, speed: 1048576, ready: false, paused: true, 'io-status': 'ok', status: 'paused' },
  ],
  'query-blockstats': [
    { device: 'drive0', stats: {
      rd_bytes: 4096, wr_bytes: 0, rd_operations: 1, wr_operations: 0, flush_operations: 0, wr_total_time_ns: 0, rd_total_time_ns: 380665,
      flush_total_time_ns: 0, rd_merged: 0, wr_merged: 0, idle_time_ns: 150593418, failed_rd_operations: 0, failed_wr_operations: 0, failed_flush_operations: 0,
    } },
  ],
};

function monitor(compat: boolean, own: Readonly<Record<string, unknown>> = {}) {
  const sent: Record<string, unknown>[] = [];
  const hmp = createHmp({
    compat, offers: () => true,
    execute: async (command, args) => {
      if (command.startsWith('query-')) return ({ ...answers, ...own })[command];
      sent.push({ command, ...args });
      return {};
    },
  });
  return { run: async (line: string) => (await hmp.run(line)).replaceAll('\r\n', '\n'), sent };
}

describe('QEMU\'s own texts', () => {
  it.each([
    ['info version', '7.2.22Debian 1:7.2+dfsg-7+deb12u18+b3\n'],
    ['info status', 'VM status: paused (prelaunch)\n'],
    ['info block', `drive0 (#block119): ov.qcow2 (qcow2)
    Attached to:      /machine/peripheral/vd0/virtio-backend
    Cache mode:       writeback, direct
    Backing file:     base.qcow2 (chain depth: 1)

ide1-cd0 (#block556): cd.iso (raw, read-only)
    Attached to:      /machine/unattached/device[18]
    Removable device: not locked, tray closed
    Cache mode:       writeback

raw0 (#block789): data.raw (raw)
    Attached to:      /machine/peripheral/vd1/virtio-backend
    Cache mode:       writeback

fl0: [not inserted]
    Attached to:      fl0
    Removable device: not locked, tray closed
`],
    ['info block fl0', '\nfl0: [not inserted]\n    Attached to:      fl0\n    Removable device: not locked, tray closed\n'],
    ['info block nosuch', ''],
    ['info block -n', `#block119: ov.qcow2 (qcow2)
    Cache mode:       writeback, direct
    Backing file:     base.qcow2 (chain depth: 1)

null0: json:{"read-zeroes": true, "driver": "null-co", "size": 16777216} (null-co)
    Cache mode:       writeback
`],
    ['info blockstats', 'drive0: rd_bytes=4096 wr_bytes=0 rd_operations=1 wr_operations=0 flush_operations=0 wr_total_time_ns=0 rd_total_time_ns=380665 '
      + 'flush_total_time_ns=0 rd_merged=0 wr_merged=0 idle_time_ns=150593418\n'],
    ['info block-jobs', `Streaming device drive0: Completed 524288 of 67108864 bytes, speed limit 1024 bytes/s
Type mirror, device drive0: Completed 8388608 of 8388608 bytes, speed limit 0 bytes/s
Type backup, device myjob: Completed 1048576 of 67108864 bytes, speed limit 1048576 bytes/s
`],
    ['help nosuch', 'unknown command: \'nosuch\'\n'],
    ['info bogus', 'unknown command: \'info bogus\'\n'],
  ])('%s', async (line, text) => expect(await monitor(true).run(line)).toBe(text));

  it.each([
    [{ running: true, singlestep: false, status: 'running' }, 'VM status: running\n'],
    [{ running: false, singlestep: false, status: 'paused' }, 'VM status: paused\n'],
    [{ running: false, singlestep: false, status: 'io-error' }, 'VM status: paused (io-error)\n'],
  ])('of a machine that is %j', async (status, text) => expect(await monitor(true, { 'query-status': status }).run('info status')).toBe(text));

  it('of a device with everything that is not as usual', async () => {
    const limits = { bps: 1048576, bps_max: 0, bps_rd_max: 0, bps_wr_max: 0, iops_max: 0, iops_rd_max: 0, iops_wr_max: 0, iops_size: 0, group: 'tg' };
    const inserted = {
      ...node({ name: 'n', file: 'a.img' }), ...limits, detect_zeroes: 'unmap', cache: { writeback: true, direct: false, 'no-flush': true },
    };
    const disk = { ...device('d', '/machine/peripheral/x/virtio-backend', inserted), 'io-status': 'failed' };
    expect(await monitor(true, { 'query-block': [disk] }).run('info block')).toBe(`d (n): a.img (raw)
    Attached to:      /machine/peripheral/x/virtio-backend
    I/O status:       failed
    Cache mode:       writeback, ignore flushes
    Detect zeroes:    unmap
    I/O throttling:   bps=1048576 bps_rd=0 bps_wr=0 bps_max=0 bps_rd_max=0 bps_wr_max=0 iops=0 iops_rd=0 iops_wr=0 iops_max=0 iops_rd_max=0 iops_wr_max=0 iops_size=0 group=tg
`);
  });

  it('of the images of a chain', async () => {
    const snapshot = {
      id: '1', name: 's1', 'vm-state-size': 0, 'date-sec': new Date(2026, 10, 21, 7, 8, 30).getTime() / 1000, 'date-nsec': 0, 'vm-clock-sec': 0, 'vm-clock-nsec': 0,
    };
    const base = { filename: 'base.qcow2', format: 'qcow2', 'virtual-size': 67108864, 'actual-size': 8650752, 'cluster-size': 65536 };
    const top = {
      filename: 'ov.qcow2', format: 'qcow2', 'virtual-size': 67108864, 'actual-size': 2359296, 'cluster-size': 65536, 'backing-filename': 'base.qcow2', 'full-backing-filename': 'base.qcow2',
      'backing-filename-format': 'qcow2', snapshots: [snapshot], 'backing-image': base,
      'format-specific': { type: 'qcow2', data: {
        compat: '1.1', 'compression-type': 'zlib', 'lazy-refcounts': false, 'refcount-bits': 16, corrupt: false, 'extended-l2': false,
      } },
    };
    const inserted = { ...node({ name: '#block119', file: 'ov.qcow2', drv: 'qcow2', direct: true, backing: 'base.qcow2' }), image: top };
    const own = { 'query-block': [device('drive0', '/machine/peripheral/vd0/virtio-backend', inserted)] };
    expect(await monitor(true, own).run('info block -v drive0')).toContain(`    Backing file:     base.qcow2 (chain depth: 1)

Images:
image: ov.qcow2
file format: qcow2
virtual size: 64 MiB (67108864 bytes)
disk size: 2.25 MiB
cluster_size: 65536
backing file: base.qcow2
backing file format: qcow2
Snapshot list:
ID        TAG               VM SIZE                DATE     VM CLOCK     ICOUNT
1         s1                    0 B 2026-11-21 07:08:30 00:00:00.000${' '.repeat(11)}
Format specific information:
    compat: 1.1
    compression type: zlib
    lazy refcounts: false
    refcount bits: 16
    corrupt: false
    extended l2: false
image: base.qcow2
file format: qcow2
virtual size: 64 MiB (67108864 bytes)
disk size: 8.25 MiB
cluster_size: 65536
`);
  });

  it('of a backend without a name, and of no snapshot', async () => {
    const none = { rd_bytes: 0, wr_bytes: 0, rd_operations: 0, wr_operations: 0, flush_operations: 0, wr_total_time_ns: 0, rd_total_time_ns: 0,
      flush_total_time_ns: 0, rd_merged: 0, wr_merged: 0, idle_time_ns: 0 };
    expect(await monitor(true, { 'query-blockstats': [{ device: '', stats: none }] }).run('info blockstats')).toBe(': rd_bytes=0 wr_bytes=0 '
      + 'rd_operations=0 wr_operations=0 flush_operations=0 wr_total_time_ns=0 rd_total_time_ns=0 flush_total_time_ns=0 rd_merged=0 wr_merged=0 idle_time_ns=0\n');
    expect(await monitor(true).run('info snapshots')).toBe('There is no snapshot available.\n');
  });

  it('no job is a line as well', async () => {
    expect(await monitor(true, { 'query-block-jobs': [] }).run('info block-jobs')).toBe('No active jobs\n');
  });

  it('of snapshots that some disks lack', async () => {
    const snapshot = (id: string, name: string, size: number) => ({
      id, name, 'vm-state-size': size, 'date-sec': new Date(2026, 10, 21, 7, 14, 57).getTime() / 1000, 'date-nsec': 0, 'vm-clock-sec': 0, 'vm-clock-nsec': 0,
    });
    const disk = (name: string, snapshots: object[]) => {
      const inserted = node({ name: `n-${name}`, file: `${name}.qcow2`, drv: 'qcow2' });
      return device(name, name, { ...inserted, image: { ...inserted.image, snapshots } });
    };
    const disks = [disk('a', [snapshot('1', 'snap1', 598016), snapshot('3', 'only-a', 0)]), disk('b', [snapshot('1', 'snap1', 598016)])];
    expect(await monitor(true, { 'query-block': disks }).run('info snapshots')).toBe(`List of snapshots present on all disks:
ID        TAG               VM SIZE                DATE     VM CLOCK     ICOUNT
--        snap1             584 KiB 2026-11-21 07:14:57 00:00:00.000${' '.repeat(11)}

List of partial (non-loadable) snapshots on 'a':
ID        TAG               VM SIZE                DATE     VM CLOCK     ICOUNT
3         only-a                0 B 2026-11-21 07:14:57 00:00:00.000${' '.repeat(11)}
`);
    expect(await monitor(false, { 'query-block': disks }).run('info snapshots')).toBe([
      'TAG     ON  ID  VM STATE  DATE                 VM CLOCK      NOTES',
      'snap1   a    1   584 KiB  2026-11-21 07:14:57  00:00:00.000',
      'snap1   b    1   584 KiB  2026-11-21 07:14:57  00:00:00.000',
      'only-a  a    3      none  2026-11-21 07:14:57  00:00:00.000  cannot be loaded: not on b', '',
    ].join('\n'));
  });
});

describe('texts that say more', () => {
  it('has a line for each device', async () => {
    const { run } = monitor(false);
    expect(await run('info block')).toBe([
      'DEVICE    NODE       FORMAT  SIZE  ACCESS      FILE      NOTES',
      'drive0    #block119  qcow2    1 B  read-write  ov.qcow2  1 backing image',
      'ide1-cd0  #block556  raw      1 B  read-only   cd.iso',
      'raw0      #block789  raw      1 B  read-write  data.raw',
      'fl0                                            (empty)', '',
    ].join('\n'));
    expect(await run('info block -n')).toMatch(/^NODE +FORMAT .*\n#block119 +qcow2 /);
    expect(await run('info version')).toBe('QEMU 7.2.22, Debian 1:7.2+dfsg-7+deb12u18+b3\n');
  });

  it.each([['fl0', /^fl0: \[not inserted\]\n/], ['vd1', /^raw0 \(#block789\)/], ['/machine/peripheral/vd1', /^raw0 /], ['#block556', /^ide1-cd0 /], ['null0', /^null0: /]])(
    'shows one device or node by any name: %s', async (name, text) => expect(await monitor(false).run(`info block ${name}`)).toMatch(text));

  it('calls an unknown name an error', async () => {
    expect(await monitor(false).run('info block nosuch')).toBe('Error: There is no device or node \'nosuch\'\n');
    expect(await monitor(false, { 'query-block': [] }).run('delvm nosuch')).toBe('Error: No disk has a snapshot \'nosuch\'\n');
    expect(await monitor(false, { 'query-block': [] }).run('info block')).toBe('There are no block devices.\n');
  });

  it('tells running jobs from ready and paused ones, and what to do', async () => {
    expect(await monitor(false).run('info block-jobs')).toBe([
      'JOB     TYPE    STATE               DONE      OF    %    LIMIT  NOTES',
      'drive0  stream  running          512 KiB  64 MiB    0  1 KiB/s',
      'drive0  mirror  ready              8 MiB   8 MiB  100           block_job_complete drive0 ends it',
      'myjob   backup  paused, running    1 MiB  64 MiB    1  1 MiB/s', '',
    ].join('\n'));
  });

  it('averages the time of requests', async () => {
    expect(await monitor(false).run('info blockstats')).toBe([
      'DEVICE   READ  READS  MS/READ  WRITTEN  WRITES  MS/WRITE  FLUSHES  MS/FLUSH',
      'drive0  4 KiB      1     0.38      0 B       0         -        0         -', '',
    ].join('\n'));
  });

  it('shows help in two columns', async () => {
    expect(await monitor(false).run('help')).toMatch(/^COMMAND +WHAT IT DOES\nblock_job_cancel \[-f\] device +cancel /);
    expect(await monitor(true).run('help')).toMatch(/^block_job_cancel \[-f\] device -- cancel /);
  });
});

describe('the parser\'s golden lines', () => {
  it.each(['80M', '80', '0x50', '83886080B', '81920k', '0.078125g'])('block_resize drive0 %s is 80 MiB', async (size) => {
    const { run, sent } = monitor(true);
    expect(await run(`block_resize drive0 ${size}`)).toBe('');
    expect(sent).toEqual([{ command: 'block_resize', device: 'drive0', size: 83886080 }]);
  });

  const limits = { command: 'block_set_io_throttle', bps: 0, bps_rd: 0, bps_wr: 0, iops: 0, iops_rd: 0, iops_wr: 0 };
  it.each([
    ['drive0 1024 * 1024 0 0 100 0 0', { device: 'drive0', bps: 1048576, iops: 100 }], ['raw0 0 0 0 10 & 3 0 0', { device: 'raw0', iops: 2 }],
    ['raw0 \'A\' 0 0 0 0 0', { device: 'raw0', bps: 65 }], ['raw0 1000 -1 0 0 0 0 0', { device: 'raw0', bps: 999 }],
  ])('block_set_io_throttle %s', async (line, expected) => {
    const { run, sent } = monitor(true);
    expect(await run(`block_set_io_throttle ${line}`)).toBe('');
    expect(sent).toEqual([{ ...limits, ...expected }]);
  });

  const extraneous = (title: string) => `${title}: extraneous characters at the end of line`;
  it.each([
    ['block_resize drive0 100 M', extraneous('block_resize')], ['block_resize drive0 -5', 'invalid size'], ['block_resize drive0 abc', 'invalid size'],
    ['block_resize drive0', 'invalid size'], ['block_stream drive0 nosuchspeed', 'invalid size'],
    ['block_set_io_throttle drive0', 'unexpected end of expression'], ['qemu-io drive0 read 0 4k', extraneous('qemu-io')],
    ['eject -x ide1-cd0', 'eject: unsupported option -x'], ['drive_backup - drive0 z', 'drive_backup: unsupported option - '],
    ['block_set_io_throttle raw0 1M', 'invalid char \'M\' in expression'], ['print/z 5', 'invalid char in format: \'z\''],
    ['info block a b', extraneous('block'), 'info block'], ['quit x', extraneous('quit|q')],
  ])('%s: %s', async (line, message, help = line.split(/[ /]/)[0]) => {
    expect(await monitor(true).run(line)).toBe(`${message}\nTry "help ${help}" for more information\n`);
  });

  it('print 1|2+4', async () => expect(await monitor(true).run('print 1|2+4')).toBe('0x7\n'));

  it.each([
    ['block_resize drive0 1025B', 'The new size must be a multiple of 512'],
    ['block_resize nosuch 100', "Cannot find device='nosuch' nor node-name=''"],
    ['block_stream drive0 0 nosuchbase', "Can't find 'nosuchbase' in the backing chain"],
  ])('hands on what the far end refuses, in its words: %s', async (line, desc) => {
    const refuse = async (command: string) => {
      if (command.startsWith('query-')) return answers[command];
      throw new QapiError(desc);
    };
    const hmp = createHmp({ execute: refuse, offers: () => true, compat: true });
    expect(await hmp.run(line)).toBe(`Error: ${desc}\r\n`);
  });

  it.each([['set_link foo maybe', "Expected 'on' or 'off'\r\n"], ['info registers 9999999999', "'registers' has failed: integer is for 32-bit values\r\n"]])(
    'leaves to the far end what is none of block devices: %s', async (line, text) => {
      const hmp = createHmp({ execute: async (command) => answers[command], offers: () => true, compat: true, passOn: async (whole) => (whole === line ? text : '') });
      expect(await hmp.run(line)).toBe(text);
    });

  it.each(['drive_mirror -f -n drive0 x', 'drive_mirror drive0 -nf x', 'drive_mirror --full drive0 x --reuse'])('takes more than QEMU does: %s', async (line) => {
    const { run, sent } = monitor(true);
    expect(await run(line)).toBe('');
    expect(sent).toEqual([{ command: 'drive-mirror', device: 'drive0', target: 'x', sync: 'full', mode: 'existing', unmap: true }]);
  });
});

describe('commit', () => {
  it('is a job that is completed or stopped by whoever asked', async () => {
    const { run, sent } = monitor(false);
    expect(await run('commit vd0')).toContain('block_job_complete drive0 goes on with base.qcow2');
    expect(sent).toEqual([{ command: 'block-commit', 'job-id': 'drive0', device: 'drive0' }]);
  });

  it('freezes the far end only when told to, and says so', async () => {
    const passed: string[] = [];
    const hmp = createHmp({
      execute: async (command) => answers[command], offers: () => true,
      passOn: async (line) => {
        passed.push(line);
        return '';
      },
    });
    expect(await hmp.run('commit -b drive0')).toMatch(/^warning: /);
    expect(await hmp.run('commit --blocking all')).toMatch(/^warning: /);
    expect(passed).toEqual(['commit drive0', 'commit all']);
  });

  it.each([
    ['nosuch', 'Device \'nosuch\' not found\n'], ['fl0', 'Device \'fl0\' has no medium\n'], ['raw0', '\'commit\' error for \'raw0\': Operation not supported\n'],
    ['drive0', '\'commit\' error for \'drive0\': Device or resource busy\n'],
  ])('says of %s what QEMU says', async (name, text) => expect(await monitor(true).run(`commit ${name}`)).toBe(text));
});
