import { on, once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BlockGraph } from '../../src/block/graph.ts';
import { bin, runQmon, startQmon, temporaryFolder } from '../support/qmon.ts';
import { launch } from '../support/terminal.ts';

describe('qmon exec', () => {
  it('prints a reply and ends with status 0', async () => {
    const { status, stdout, stderr } = await runQmon(['exec', '-c', 'query-status']);
    expect(JSON.parse(stdout)).toMatchObject({ running: true, status: 'running' });
    expect([status, stderr]).toEqual([0, '']);
  });

  it('prints tables for people, QEMU\'s lists for programs, and with --hmp-compat the very words of QEMU\'s monitor', async () => {
    const image = join(temporaryFolder(), 'a.raw');
    writeFileSync(image, Buffer.alloc(1 << 20));
    const terminal = launch([bin, 'exec', '-c', 'info block', image], { cols: 120 });
    await terminal.until(/DEVICE +NODE .*\n *ide0-hd0 +\S+ +raw +1 MiB +read-write /);
    await terminal.exited();
    const list = await runQmon(['exec', '-c', 'info block', image]);
    expect(list.stdout).toMatch(/^ide0-hd0 \(\S+\): .*a\.raw \(raw\)\n {4}Attached to: /);
    const words = await runQmon(['exec', '--hmp-compat', '-c', 'info block', '-c', 'info block nosuch', image]);
    expect(words.stdout).toMatch(/^ide0-hd0 \(\S+\): .*a\.raw \(raw\)\n {4}Attached to: /);
    expect(words.status).toBe(0);
    const failed = await runQmon(['exec', '--hmp-compat', '--keep-going', '-c', 'eject nosuch', '-c', 'eject -x ide0-hd0', image]);
    expect(failed).toMatchObject({
      status: 1, stderr: "Error: Device 'nosuch' not found\neject: unsupported option -x\nTry \"help eject\" for more information\n",
    });
    const unknown = await runQmon(['exec', '-c', 'info block nosuch', image]);
    expect(unknown).toMatchObject({ status: 1, stderr: "DeviceNotFound: There is no device or node 'nosuch'\n" });
  });

  it('prints one JSON object a line with --json', async () => {
    const { stdout } = await runQmon(['exec', '--json', '-c', 'query-status', '-c', "{execute: 'query-block'}"]);
    expect(stdout.trim().split('\n').map((line) => Object.keys(JSON.parse(line)))).toEqual([['return'], ['return']]);
  });

  it('stops at the first error with status 1, and goes on with --keep-going', async () => {
    const lines = ['-c', 'eject device=nosuch', '-c', 'query-status'];
    const stopped = await runQmon(['exec', ...lines]);
    expect(stopped.stderr).toBe("DeviceNotFound: Device 'nosuch' not found\n");
    expect([stopped.status, stopped.stdout]).toEqual([1, '']);
    const went = await runQmon(['exec', '--keep-going', ...lines]);
    expect(went.status).toBe(1);
    expect(went.stdout).toContain('"status": "running"');
  });

  it('takes each -c for itself: a message that is not closed does not swallow the next', async () => {
    const { status, stdout, stderr } = await runQmon(['exec', '--keep-going', '-c', "{execute: 'query-status'", '-c', 'query-status']);
    expect(stderr).toMatch(/^InputError: .*not closed\n$/);
    expect(stdout).toContain('"status": "running"');
    expect(status).toBe(1);
  });

  it('reads a script from a file and from standard input, comments and multi-line messages included', async () => {
    const script = "# a comment\n\n{execute: 'human-monitor-command',\n arguments: {'command-line': 'info status'}}\nquery-status\n";
    const file = join(temporaryFolder(), 'script');
    writeFileSync(file, script);
    for (const [args, input] of [[['exec', '--json', file], ''], [['exec', '--json', '-'], script]] as const) {
      const { stdout, status } = await runQmon(args, { input });
      expect(stdout.split('\n')[0]).toBe('{"return":"VM status: running\\r\\n"}');
      expect(stdout.trim().split('\n')).toHaveLength(2);
      expect(status).toBe(0);
    }
  });

  it('appends its traffic to a log that only its owner can read', async () => {
    const log = join(temporaryFolder(), 'traffic.log');
    for (const line of ['query-status', 'query-version']) await runQmon(['exec', '--log', log, '-c', line]);
    const rows = readFileSync(log, 'utf8').trim().split('\n').map((row) => JSON.parse(row) as { qmon?: string; sent?: { execute: string } });
    expect(rows.filter(({ qmon }) => qmon === 'session')).toHaveLength(2);
    expect(rows.flatMap(({ sent }) => sent?.execute ?? []).filter((name) => name !== 'qmp_capabilities')).toEqual(['query-status', 'query-version']);
    expect(statSync(log).mode & 0o777).toBe(0o600);
  });

  it('says that an image is no script, and what to do', async () => {
    const image = join(temporaryFolder(), 'a.raw');
    writeFileSync(image, Buffer.alloc(4096));
    const { status, stderr } = await runQmon(['exec', image]);
    expect(stderr).toContain(`'${image}' is no text; is it an image?`);
    expect(status).toBe(2);
  });

  it('names an image that cannot be opened', async () => {
    const { status, stderr } = await runQmon(['exec', '-c', 'query-block', '/nonexistent/disk.qcow2']);
    expect(stderr).toContain("Could not open '/nonexistent/disk.qcow2': No such file or directory");
    expect(status).toBe(1);
  });

  it('opens images by any name that QEMU knows, and says in one line what is wrong with others', { timeout: 40_000 }, async () => {
    const cwd = temporaryFolder();
    for (const name of ['-dash.raw', 'a blank.raw', 'ünï.raw', 'co:lon.raw']) writeFileSync(join(cwd, name), Buffer.alloc(65_536));
    writeFileSync(join(cwd, 'rules'), '[inject-error]\nevent = "none"\n[bogus]\n');
    const lengthOf = (name: string) => runQmon(['exec', '-c', 'qemu-io ide0-hd0 length', name], { cwd });
    for (const name of ['a blank.raw', 'ünï.raw', './-dash.raw', 'file:-dash.raw', './co:lon.raw', 'file:co:lon.raw', 'blkdebug::a blank.raw',
      'json:{"driver":"raw","file.driver":"blkdebug","file.image.filename":"co:lon.raw"}']) {
      expect(await lengthOf(name), name).toEqual({ status: 0, stdout: '64 KiB\n', stderr: '' });
    }
    for (const [name, text] of [
      ['co:lon.raw', "Unknown protocol 'co'"], ['file:', "The 'file' block driver requires a file name"],
      ['blkdebug:a.raw', 'blkdebug requires both config file and image path'], ['blkdebug:rules:a blank.raw', "There is no option group 'bogus'"],
      ['json:{"driver":"nope"}', "Unknown driver 'nope'"],
    ] as const) expect(await lengthOf(name), name).toEqual({ status: 1, stdout: '', stderr: `GenericError: ${name}: ${text}\n` });
  });

  it('tells of an image that could not be flushed at the end in one line', async () => {
    const image = join(temporaryFolder(), 'a.qcow2');
    const graph = new BlockGraph();
    await graph.createImage({ filename: image, format: 'qcow2', size: 1 << 20 });
    await graph.closeAll();
    const bytes = readFileSync(image);
    bytes.writeBigUInt64BE(1n << 45n | 1n << 63n, Number(bytes.readBigUInt64BE(40)));
    writeFileSync(image, bytes);
    const { status, stderr } = await runQmon(['exec', '-c', 'qemu-io ide0-hd0 "write 0 64k"', image]);
    expect(stderr).toBe(`qmon: Could not flush '${image}': File too large\n`);
    expect(status).toBe(1);
  });

  it('names an address where nobody listens', async () => {
    const { status, stderr } = await runQmon(['exec', '--connect', 'unix:/nonexistent/q.sock', '-c', 'query-status']);
    expect(stderr).toContain('unix:/nonexistent/q.sock');
    expect(status).toBe(1);
  });
});

describe('qmon exec that is ended early', () => {
  it('cancels jobs and closes its images at a signal', async () => {
    const folder = temporaryFolder();
    const disk = join(folder, 'disk.qcow2');
    const graph = new BlockGraph();
    await graph.createImage({ filename: disk, format: 'qcow2', size: 4 << 20 });
    await graph.closeAll();
    const child = startQmon(['exec', '--json', disk, '-']);
    child.stdin.write(`qemu-io ide0-hd0 "write -P 7 0 64k"\ndrive-backup device=ide0-hd0 target=${folder}/copy sync=full format=raw speed=1\n`);
    await until(child.stdout, '{"return":{}}');
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([143, null]);
    const { stdout } = await runQmon(['exec', '-c', 'qemu-io ide0-hd0 "read -P 7 0 64k"', disk]);
    expect(stdout).toMatch(/^read 65536/);
  });

  it('says nothing when its reader has seen enough', async () => {
    const child = startQmon(['exec', '--keep-going', image(temporaryFolder()), '-']);
    let stderr = '';
    child.stderr.on('data', (text) => (stderr += String(text)));
    child.stdin.on('error', () => undefined).write('query-qmp-schema\nquery-qmp-schema\nquery-qmp-schema\n');
    await once(child.stdout, 'data');
    child.stdout.destroy();
    child.stdin.end('query-status\n');
    const [status] = await once(child, 'exit');
    expect([status, stderr]).toEqual([141, '']);
  });

  function image(folder: string): string {
    const name = join(folder, 'a.raw');
    writeFileSync(name, Buffer.alloc(4 << 20));
    return name;
  }

  async function until(stream: NodeJS.ReadableStream, text: string): Promise<void> {
    let seen = '';
    for await (const chunk of on(stream, 'data')) if ((seen += String(chunk)).includes(text)) return;
  }
});
