import { once } from 'node:events';
import { statSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runQmon, startQmon, temporaryFolder } from '../support/qmon.ts';

/** Connects as soon as the socket is there and collects what comes. */
async function client(path: string): Promise<{ socket: Socket; until: (text: string) => Promise<string> }> {
  for (let tries = 0; ; tries++) {
    const socket = connect(path);
    let seen = '';
    try {
      await once(socket, 'connect');
    } catch (error) {
      if (tries > 400) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
      continue;
    }
    socket.setEncoding('utf8').on('data', (text: string) => (seen += text));
    const until = async (text: string) => {
      for (let waits = 0; !seen.includes(text); waits++) {
        if (waits > 1000) throw new Error(`never saw ${text}: ${seen}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return seen;
    };
    return { socket, until };
  }
}

describe('qmon serve', () => {
  it('serves several clients at once on a socket that is the owner\'s alone, and leaves on quit with status 0', async () => {
    const path = join(temporaryFolder(), 'q.sock');
    const child = startQmon(['serve', '--qmp', `unix:${path}`]);
    const [first, second] = [await client(path), await client(path)];
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await first.until('"QMP"')).toMatch(/^\{"QMP": \{"version"/);
    first.socket.write("{'execute': 'qmp_capabilities'}{'execute': 'query-status', 'id': 7}");
    second.socket.write('{"execute":"qmp_capabilities"}');
    await first.until('"id": 7');
    await second.until('"return": {}');
    first.socket.write('{"execute": "human-monitor-command", "arguments": {"command-line": "quit"}, "id": 8}');
    await second.until('SHUTDOWN');
    await first.until('{"return": "", "id": 8}');
    const [status] = (await once(child, 'close')) as [number];
    expect(status).toBe(0);
    expect(() => statSync(path)).toThrow('ENOENT');
  });

  it('answers questions only with --read-only, whatever they are wrapped in, on both of its monitors', async () => {
    const folder = temporaryFolder();
    startQmon(['serve', '--read-only', '--qmp', `unix:${folder}/q`, '--hmp', `unix:${folder}/h`]);
    const qmp = await client(join(folder, 'q'));
    qmp.socket.write('{"execute":"qmp_capabilities"}');
    const refused = [
      '{"execute": "stop", "id": 1}', '{"execute": "quit", "id": 2}', '{"execute": "x-unknown", "id": 3}',
      '{"execute": "human-monitor-command", "arguments": {"command-line": "quit"}, "id": 4}',
      '{"execute": "transaction", "arguments": {"actions": [{"type": "blockdev-snapshot-sync", "data": {}}]}, "id": 5}',
    ];
    for (const [index, text] of refused.entries()) {
      qmp.socket.write(text);
      expect(await qmp.until(`"id": ${index + 1}, "error"`)).toMatch(/needs --allow (operate|full), and this session is read-only"\}\}\s*$/);
    }
    qmp.socket.write('{"execute": "human-monitor-command", "arguments": {"command-line": "info status"}, "id": 6}');
    await qmp.until('VM status: running');
    const hmp = await client(join(folder, 'h'));
    hmp.socket.write('stop\n');
    await hmp.until("Error: 'stop' needs --allow operate");
  });

  it('ends with QEMU\'s message and status 1 when a drive cannot be opened', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'm.json5'), "{ drives: [ { id: 'd', if: 'none', file: 'missing.qcow2', format: 'qcow2' } ] }");
    const { status, stderr } = await runQmon(['serve', '-m', join(folder, 'm.json5'), '--qmp', `unix:${join(folder, 'q.sock')}`]);
    expect(stderr).toMatch(/Could not open '.*missing\.qcow2': No such file or directory/);
    expect(status).toBe(1);
  });

  it('tells its clients of the signal that ends it and of the jobs that end with it', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'q.sock');
    writeFileSync(join(folder, 'a.raw'), Buffer.alloc(4 << 20));
    const child = startQmon(['serve', '--qmp', path, join(folder, 'a.raw')]);
    const { socket, until } = await client(path);
    const backup = { execute: 'drive-backup', arguments: { device: 'ide0-hd0', target: join(folder, 'b'), sync: 'full', speed: 1 }, id: 1 };
    socket.write(`{"execute":"qmp_capabilities"}${JSON.stringify(backup)}`);
    await until('"id": 1');
    child.kill('SIGTERM');
    await until('"reason": "host-signal"');
    await until('BLOCK_JOB_CANCELLED');
    socket.end();
    expect((await once(child, 'close'))[0]).toBe(143);
  });

  it('refuses a TCP address that other machines can reach', async () => {
    const { status, stderr } = await runQmon(['serve', '--qmp', 'tcp:0.0.0.0:0']);
    expect(stderr).toContain('can be reached from other machines');
    expect(status).toBe(2);
  });

  it('serves the text monitor with its prompt', async () => {
    const path = join(temporaryFolder(), 'h.sock');
    startQmon(['serve', '--hmp', `unix:${path}`]);
    const { socket, until } = await client(path);
    await until('(qemu) ');
    socket.write('info status\n');
    expect(await until('running')).toContain('VM status: running\r\n(qemu) ');
  });

  it('serves QEMU\'s own texts with --hmp-compat, each client with a history of its own', async () => {
    const path = join(temporaryFolder(), 'h.sock');
    startQmon(['serve', '--hmp', `unix:${path}`, '--hmp-compat']);
    const [{ socket, until }, other] = [await client(path), await client(path)];
    expect(await until('(qemu) ')).toMatch(/^QEMU \d+\.\d+\.\d+ monitor - .*\r\n\(qemu\) $/);
    socket.write('info block ide1-cd0\ninfo block nosuch\ninfo block ide1-cd0\ninfo history\nbogus\n');
    expect(await until('bogus')).toMatch(/\(qemu\) \r\nide1-cd0 .*\r\n {4}Attached to: [^]*\(qemu\) \(qemu\) \r\nide1-cd0/);
    expect(await until('bogus')).toContain("(qemu) 0: 'info block nosuch'\r\n1: 'info block ide1-cd0'\r\n2: 'info history'\r\n(qemu) unknown command: 'bogus'\r\n");
    other.socket.write('info history\n');
    expect(await other.until('history')).toContain("0: 'info history'\r\n(qemu) ");
  });

  it('shares a monitor that takes one client only', async () => {
    const folder = temporaryFolder();
    const [inner, outer] = [join(folder, 'inner.sock'), join(folder, 'outer.sock')];
    startQmon(['serve', '--qmp', inner]);
    await client(inner);
    startQmon(['serve', '--connect', inner, '--qmp', outer]);
    const { socket, until } = await client(outer);
    socket.write('{"execute":"qmp_capabilities"}{"execute":"query-status","id":1}');
    expect(await until('"id": 1')).toContain('"status": "running"');
  });

  it('closes cleanly on SIGTERM', async () => {
    const path = join(temporaryFolder(), 'q.sock');
    const child = startQmon(['serve', '--qmp', path]);
    await client(path);
    child.kill('SIGTERM');
    const [status] = (await once(child, 'close')) as [number];
    expect(status).toBe(143);
    expect(() => statSync(path)).toThrow('ENOENT');
  });
});
