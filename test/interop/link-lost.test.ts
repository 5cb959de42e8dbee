import { join } from 'node:path';
import { expect, test } from 'vitest';
import { reaches } from '../qmp/fake-peer.ts';
import { describeWithQemu } from '../support/qemu.ts';
import { openLink, startQemu, startStorageDaemon, stop, temporaryFolder } from './link-peers.ts';

const starters = {
  'qemu': (path: string) => startQemu(`unix:${path}`),
  'qemu-storage-daemon': (path: string) => startStorageDaemon(path),
};

describeWithQemu('a link whose peer misbehaves', () => {
  test.each(Object.entries(starters))('is silent while another client holds the monitor: %s', async (_, startPeer) => {
    const path = join(temporaryFolder(), 'q');
    startPeer(path);
    const holder = openLink(path);
    await reaches(holder, 'ready');
    const link = openLink(path, { silentAfterMs: 200 });
    await reaches(link, 'silent');
    await expect(link.execute('query-version', {}, { deadlineMs: 100 }))
      .rejects.toThrow('another client probably holds this monitor');
    const patient = link.execute('query-version');
    await holder.close();
    await expect(patient).resolves.toMatchObject({ qemu: { major: expect.any(Number) } });
    expect(link.state.state).toBe('ready');
  });

  test.each(Object.entries(starters))('is made again after the peer was killed and restarted: %s', async (_, startPeer) => {
    const path = join(temporaryFolder(), 'q');
    const first = startPeer(path);
    const link = openLink(path);
    await reaches(link, 'ready');
    first.kill('SIGSTOP');
    const inFlight = expect(link.execute('query-block-jobs'))
      .rejects.toMatchObject({ reason: 'disconnected', message: expect.stringContaining("'query-block-jobs' ran") });
    await stop(first);
    await inFlight;
    expect(link.state.state).toBe('waiting');
    startPeer(path);
    await reaches(link, 'ready');
    await expect(link.execute('query-block-jobs')).resolves.toEqual([]);
  });

  test('stays usable when a frozen QEMU misses a deadline and thaws', async () => {
    const path = join(temporaryFolder(), 'q');
    const qemu = startQemu(`unix:${path}`);
    const link = openLink(path);
    await reaches(link, 'ready');
    qemu.kill('SIGSTOP');
    await expect(link.execute('query-status', {}, { deadlineMs: 150 })).rejects.toMatchObject({ reason: 'deadline' });
    qemu.kill('SIGCONT');
    await expect(link.execute('query-name')).resolves.toEqual({});
    expect(link.state.state).toBe('ready');
  });

  test('says what it found when the address is not a QMP monitor', async () => {
    const folder = temporaryFolder();
    startQemu(`unix:${join(folder, 'q')}`, '-monitor', `unix:${join(folder, 'm')},server=on,wait=off`);
    await reaches(openLink(join(folder, 'q')), 'ready');
    const link = openLink(join(folder, 'm'), { reconnect: false });
    await expect(reaches(link, 'closed'))
      .resolves.toMatchObject({ reason: expect.stringMatching(/not a QMP message: "QEMU .* monitor/) });
  });

  test('leaves the VM running when it is closed', async () => {
    const path = join(temporaryFolder(), 'q');
    const qemu = startQemu(`unix:${path}`);
    const link = openLink(path);
    await reaches(link, 'ready');
    await link.close();
    const next = openLink(path);
    await reaches(next, 'ready');
    expect(qemu.exitCode).toBeNull();
  });
});
