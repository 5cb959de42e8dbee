import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NbdFixture, describeWithNbdClients, run } from '../support/nbd.ts';
import { qemu } from '../support/qemu.ts';
import { QmpProcess } from './qmp-process.ts';

describeWithNbdClients('real NBD clients', () => {
  let nbd: NbdFixture;
  const add = (id: string, node: string, more: object = {}) => nbd.engine.execute('block-export-add', {
    'type': 'nbd', id, 'name': id, 'node-name': node, ...more,
  });

  beforeAll(async () => {
    nbd = await NbdFixture.start(async (file) => {
      await qemu.img('create', '-q', '-f', 'qcow2', file('base.qcow2'), '16M');
      await qemu.io(file('base.qcow2'), 'write -P 17 1M 3M', 'write -P 18 10M 1M');
      await qemu.img('create', '-q', '-f', 'qcow2', '-b', file('base.qcow2'), '-F', 'qcow2', file('top.qcow2'));
      await qemu.io(file('top.qcow2'), 'write -P 34 2M 64k', 'write -z 10M 512k');
      await qemu.img('create', '-q', '-f', 'raw', file('raw.img'), '16M');
      await qemu.img('create', '-q', '-f', 'qcow2', file('disk.qcow2'), '16M');
      return {
        blockdevs: [
          { 'driver': 'qcow2', 'node-name': 'top', 'file': { driver: 'file', filename: file('top.qcow2') } },
          { 'driver': 'raw', 'node-name': 'raw', 'discard': 'unmap', 'file': { driver: 'file', filename: file('raw.img'), discard: 'unmap' } },
          { 'driver': 'qcow2', 'node-name': 'disk', 'discard': 'unmap', 'file': { driver: 'file', filename: file('disk.qcow2') } },
        ],
      };
    });
    await add('top', 'top', { 'description': 'an overlay', 'allocation-depth': true });
    await add('raw', 'raw', { writable: true });
    await nbd.engine.execute('block-dirty-bitmap-add', { node: 'disk', name: 'b0' });
    await add('disk', 'disk', { writable: true, bitmaps: ['b0'] });
  });

  afterAll(() => nbd.stop());

  it('list what is offered', async () => {
    const { exports } = JSON.parse(await run('nbdinfo', '--json', '--list', nbd.uri(''))) as { exports: Record<string, unknown>[] };
    expect(exports.map((one) => one['export-name'])).toEqual(['top', 'raw', 'disk']);
    expect(exports[0]).toMatchObject({
      'description': 'an overlay', 'export-size': 16 << 20, 'is_read_only': true, 'can_df': true, 'can_trim': false, 'can_multi_conn': true,
      'contexts': ['base:allocation', 'qemu:allocation-depth'], 'block_size_minimum': 1, 'block_size_maximum': 32 << 20,
    });
    expect(exports[2]).toMatchObject({
      is_read_only: false, can_trim: true, can_zero: true, can_fast_zero: true, can_fua: true, can_flush: true, can_cache: true, can_multi_conn: true,
      contexts: ['base:allocation', 'qemu:dirty-bitmap:b0'],
    });
    expect(await run('qemu-nbd', '--list', '-k', nbd.socket)).toContain('exports available: 3');
  });

  it('see where data and holes are', async () => {
    const map = async (context: string) => (JSON.parse(await run('nbdinfo', '--json', `--map=${context}`, nbd.uri('top'))) as Record<string, number>[])
      .map(({ offset, length, type }) => [offset! / 1024, length! / 1024, type]);
    expect(await map('base:allocation')).toEqual([[0, 1024, 3], [1024, 3072, 0], [4096, 6656, 3], [10752, 512, 0], [11264, 5120, 3]]);
    expect(await map('qemu:allocation-depth')).toEqual([
      [0, 1024, 0], [1024, 1024, 2], [2048, 64, 1], [2112, 1984, 2], [4096, 6144, 0], [10240, 512, 1], [10752, 512, 2], [11264, 5120, 0],
    ]);
    const theirs = await run('qemu-img', 'map', '-U', '--output=json', '-f', 'qcow2', nbd.file('top.qcow2'));
    const ours = await run('qemu-img', 'map', '--output=json', '-f', 'raw', nbd.uri('top'));
    const zeroes = (text: string) => (JSON.parse(text) as { length: number; zero: boolean }[]).filter(({ zero }) => zero).reduce((sum, { length }) => sum + length, 0);
    expect(zeroes(ours)).toBe(zeroes(theirs));
  });

  it('read the same as from the image itself', async () => {
    await run('qemu-img', 'compare', '-U', '-f', 'raw', '-F', 'qcow2', nbd.uri('top'), nbd.file('top.qcow2'));
    await run('nbdcopy', nbd.uri('top'), nbd.file('copy.raw'));
    await run('qemu-img', 'compare', '-U', '-f', 'raw', '-F', 'qcow2', nbd.file('copy.raw'), nbd.file('top.qcow2'));
    await run('qemu-img', 'convert', '-f', 'raw', '-O', 'qcow2', nbd.uri('top'), nbd.file('convert.qcow2'));
    await run('qemu-img', 'compare', '-U', '-f', 'qcow2', '-F', 'qcow2', nbd.file('convert.qcow2'), nbd.file('top.qcow2'));
  });

  it('write what the image then holds, and what the dirty bitmap knows of', async () => {
    await run('qemu-io', '-f', 'raw', '-c', 'write -P 7 100 1000', '-c', 'write -z 4M 1M', '-c', 'write -z -u 6M 1M', '-c', 'write -f -P 8 15M 1M',
      '-c', 'discard 15M 64k', '-c', 'flush', '-c', 'read -P 7 100 1000', '-c', 'read -P 0 1100 60k', nbd.uri('disk'));
    const dirty = JSON.parse(await run('nbdinfo', '--json', '--map=qemu:dirty-bitmap:b0', nbd.uri('disk'))) as Record<string, number>[];
    expect(dirty.filter(({ type }) => type === 1).map(({ offset, length }) => [offset! / 1024, length! / 1024]))
      .toEqual([[0, 64], [4096, 1024], [6144, 1024], [15360, 1024]]);
    await run('qemu-io', '-U', '-r', '-f', 'qcow2', '-c', 'read -P 7 100 1000', '-c', 'read -P 0 1100 5M', nbd.file('disk.qcow2'));
  });

  it('copy into an export, sparsely', async () => {
    for (const name of ['raw', 'disk']) {
      await run('nbdcopy', '--flush', nbd.file('copy.raw'), nbd.uri(name));
      await run('qemu-img', 'compare', '-f', 'raw', '-F', 'raw', nbd.uri(name), nbd.file('copy.raw'));
    }
    await run('qemu-img', 'convert', '-n', '-f', 'qcow2', '-O', 'raw', nbd.file('convert.qcow2'), nbd.uri('raw'));
    await run('qemu-img', 'compare', '-f', 'raw', '-F', 'raw', nbd.uri('raw'), nbd.file('copy.raw'));
  });

  it('use many connections at once', async () => {
    await run('nbdcopy', '--connections=8', '--requests=64', '--request-size=65536', nbd.uri('disk'), nbd.file('many.raw'));
    await run('qemu-img', 'compare', '-f', 'raw', '-F', 'raw', nbd.file('many.raw'), nbd.file('copy.raw'));
    await run('qemu-img', 'bench', '-f', 'raw', '-c', '2000', '-d', '32', '-s', '4096', '-w', nbd.uri('raw'));
    expect(await run('qemu-img', 'info', nbd.uri('raw'))).toContain('virtual size: 16 MiB');
  });

  it('are refused what there is not', async () => {
    await expect(run('nbdinfo', nbd.uri('nope'))).rejects.toThrow(/nope/);
    await expect(run('qemu-io', '-f', 'raw', '-c', 'read 0 512', nbd.uri('nope'))).rejects.toThrow(/not available/);
    await expect(run('qemu-io', '-f', 'raw', '-c', 'write 0 512', nbd.uri('top'))).rejects.toThrow();
  });

  it('include a whole QEMU, whose guest has the export as its disk', async () => {
    const disk = `nbd:unix:${nbd.socket}:exportname=disk`;
    const peer = await QmpProcess.start(nbd.folder, ['-machine', 'pc', '-drive', `if=none,id=d,format=raw,file=${disk}`, '-device', 'ide-hd,drive=d']);
    try {
      const say = (line: string) => peer.execute('human-monitor-command', { 'command-line': `qemu-io d "${line}"` });
      await say('write -P 99 5M 64k');
      await say('flush');
      await peer.execute('block-dirty-bitmap-add', { node: 'd', name: 'of-the-peer' });
    } finally {
      await peer.execute('quit');
      await peer.stop();
    }
    await run('qemu-io', '-r', '-f', 'raw', '-c', 'read -P 99 5M 64k', nbd.uri('disk'));
  });

  it('are sent away when the server stops, which leaves sound images and no socket behind', async () => {
    await nbd.engine.execute('nbd-server-stop');
    expect(existsSync(nbd.socket)).toBe(false);
    for (const name of ['disk', 'top', 'raw']) await nbd.engine.execute('blockdev-del', { 'node-name': name });
    await qemu.img('check', '-q', nbd.file('disk.qcow2'));
    await run('qemu-io', '-r', '-f', 'qcow2', '-c', 'read -P 99 5M 64k', nbd.file('disk.qcow2'));
  });
});
