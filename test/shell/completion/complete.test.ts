import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSession } from '../../../src/shell/create-session.ts';
import type { Completion, Session } from '../../../src/shell/session.ts';
import { createFakeLink, recorded } from '../fake-link.ts';

let folder: string;
let session: Session;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'qmon-complete-'));
  mkdirSync(join(folder, 'disks'));
  for (const name of ['disks/test.qcow2', 'cd.iso', 'my file.iso', '.hidden']) writeFileSync(join(folder, name), '');
  symlinkSync(join(folder, 'disks'), join(folder, 'linked'));
  session = createSession({ link: createFakeLink(), cwd: folder, homeDir: folder });
});
afterAll(async () => {
  await session.close();
  rmSync(folder, { recursive: true });
});

/** `|` marks the caret; the end when there is none. */
const complete = (marked: string): Promise<Completion> => {
  const cursor = marked.indexOf('|');
  return session.complete(marked.replace('|', ''), cursor < 0 ? marked.length : cursor);
};
const labels = async (marked: string) => (await complete(marked)).candidates.map(({ label }) => label);
const applied = async (marked: string) => {
  const { from, to, candidates } = await complete(marked);
  return marked.replace('|', '').slice(0, from) + (candidates[0]?.insert ?? '') + marked.replace('|', '').slice(to);
};

describe('completing command names', () => {
  it('offers QMP names and those of HMP, the shortest match first', async () => {
    expect((await labels('query-b')).slice(0, 3)).toEqual(['query-block', 'query-blockstats', 'query-named-block-nodes']);
    expect(await applied('query-blockst')).toBe('query-blockstats ');
    expect(await applied('query-statu')).toBe('query-status');
  });

  it('finds names by letters in between, after those that begin with them', async () => {
    expect(await labels('blkstream')).toContain('block-stream');
  });
});

describe('completing key=value arguments', () => {
  it('offers required keys first, with what they take', async () => {
    const { candidates, expects } = await complete('block-stream ');
    expect(candidates[0]).toMatchObject({ insert: 'device=', kind: 'key', detail: 'required, string' });
    expect(candidates.map(({ label }) => label)).toEqual(expect.arrayContaining(['speed', 'on-error', 'base']));
    expect(expects).toBe('required: device');
  });

  it('does not offer a key that is given, before or behind the caret', async () => {
    expect(await labels('block-stream | device=ide0-hd0')).not.toContain('device');
    expect((await complete('block-stream device=x ')).expects).toBe('key=value');
  });

  it('offers devices and then nodes where either will do', async () => {
    const offered = await labels('block-stream device=');
    expect(offered.slice(0, 2)).toEqual(['ide0-hd0', 'ide1-cd0']);
    expect(offered).toContain('data-node');
    expect(await applied('block-stream device=ide0')).toBe('block-stream device=ide0-hd0 ');
  });

  it('offers removable devices first where only they make sense, and says what is in them', async () => {
    const { candidates } = await complete('eject device=');
    expect(candidates.slice(0, 2).map(({ label, detail }) => [label, detail])).toEqual([['ide1-cd0', 'raw, 1 MiB, read-only, cd.iso'], ['floppy0', 'empty']]);
  });

  it('offers only the jobs that accept the verb', async () => {
    expect(await labels('block-job-resume device=')).toEqual(['bk0']);
    expect(await labels('block-job-complete device=')).toEqual(['mir0']);
    expect(await labels('block-job-cancel device=')).toEqual(['bk0', 'mir0', 'ide0-hd0']);
    expect((await complete('block-job-resume device=')).candidates[0]?.detail).toBe('backup, 1.5 %, paused');
  });

  it('says why no job is offered', async () => {
    const idle = createSession({ link: createFakeLink({ 'query-block-jobs': [], 'query-jobs': [] }), cwd: folder, homeDir: folder });
    expect(await idle.complete('block-job-resume device=', 24)).toMatchObject({ candidates: [], expects: 'job (none is running)' });
    await idle.close();
  });

  it('offers enum values, on and off', async () => {
    expect(await labels('drive-backup sync=')).toEqual(expect.arrayContaining(['full', 'top']));
    expect(await labels('eject force=')).toEqual(['on', 'off']);
  });

  it('offers the backing files of the device that is named', async () => {
    expect(await labels('block-stream device=ide0-hd0 base=')).toEqual(['base.qcow2']);
    expect(await labels('block-stream device=ide1-cd0 base=')).toEqual([]);
  });

  it('walks into dotted keys and into the branch that driver= chose', async () => {
    expect(await labels('blockdev-add driver=qcow2 fi')).toContain('file');
    const { candidates } = await complete('blockdev-add driver=qcow2 file.driver=file file.');
    expect(candidates.map(({ label }) => label)).toContain('file.filename');
    expect(candidates[0]).toMatchObject({ insert: 'file.filename=', detail: 'required, string' });
    expect(await labels('blockdev-add driver=qcow2 lazy')).toContain('lazy-refcounts');
    expect(await labels('blockdev-add driver=raw lazy-')).not.toContain('lazy-refcounts');
  });

  it('offers nodes for a reference to a node', async () => {
    expect(await labels('blockdev-add driver=raw file=')).toEqual(expect.arrayContaining(['data-node', 'null0']));
  });

  it('says what is wrong with a key that is none', async () => {
    expect((await complete('eject bogus=')).expects).toBe("no member 'bogus'");
  });
});

describe('completing lines of the human monitor', () => {
  it('offers the commands of a group', async () => {
    expect(await labels('info ')).toEqual(['block', 'block-jobs', 'blockstats', 'history', 'snapshots', 'status', 'version']);
    expect(await applied('info block-')).toBe('info block-jobs ');
  });

  it('offers removable devices first to eject, then flags, then the keys of the QMP command of that name', async () => {
    const offered = await labels('eject ');
    expect(offered.slice(0, 2)).toEqual(['ide1-cd0', 'floppy0']);
    expect(offered).toEqual(expect.arrayContaining(['-f', 'device', 'force']));
    expect(await applied('eject de')).toBe('eject device=');
    expect(await applied('eject -')).toBe('eject -f ');
  });

  it('does not count flags as arguments', async () => {
    expect((await labels('eject -f '))[0]).toBe('ide1-cd0');
    expect(await labels('eject -f -')).toEqual([]);
    expect((await labels('info block -v -n ')).slice(0, 2)).toEqual(['ide0-hd0', 'ide1-cd0']);
  });

  it('completes each argument of change in its own slot', async () => {
    expect((await labels('change '))[0]).toBe('ide1-cd0');
    expect(await labels('change ide1-cd0 ')).toEqual(expect.arrayContaining(['cd.iso', 'disks/', 'my file.iso', '-f']));
    expect(await applied('change ide1-cd0 my')).toBe('change ide1-cd0 "my file.iso" ');
    expect((await labels('change ide1-cd0 "my file.iso" ')).slice(0, 2)).toEqual(['qcow2', 'raw']);
    expect(await labels('change ide1-cd0 cd.iso raw re')).toEqual(['retain', 'read-only', 'read-write']);
  });

  it('offers only the jobs that accept the verb, and files of the backing chain', async () => {
    expect(await labels('block_job_resume ')).toEqual(['bk0']);
    expect(await labels('block_job_complete ')).toEqual(['mir0']);
    expect(await labels('block_stream ide0-hd0 0 ')).toEqual(['base.qcow2']);
  });

  it('says what is expected where nothing can be offered', async () => {
    expect((await complete('block_stream ide0-hd0 ')).expects).toContain('size');
    expect((await complete('stop ')).expects).toBe('nothing more');
  });

  it('offers names to help, those of a group too', async () => {
    expect((await labels('help block_job_p'))[0]).toBe('block_job_pause');
    expect(await labels('help info bl')).toEqual(['block', 'block-jobs', 'blockstats']);
  });
});

describe('completing an address', () => {
  it('offers the monitors that run here, and files where sockets may be', async () => {
    const monitors = () => Promise.resolve([{ address: 'unix:/run/a vm', detail: 'vm, process 7' }, { address: 'tcp:localhost:4444', detail: 'other, process 8' }]);
    const other = createSession({ link: createFakeLink(), cwd: folder, homeDir: folder, monitors });
    const at = (text: string) => other.complete(text, text.length);
    expect((await at('connect ')).candidates.map(({ label }) => label)).toEqual(['unix:/run/a vm', 'tcp:localhost:4444', 'cd.iso', 'disks/', 'linked/', 'my file.iso']);
    expect((await at('connect un')).candidates[0]).toEqual({ insert: '"unix:/run/a vm" ', label: 'unix:/run/a vm', kind: 'value', detail: 'vm, process 7' });
    await other.close();
    expect(await labels('connect ')).toEqual(['cd.iso', 'disks/', 'linked/', 'my file.iso']);
  });
});

describe('completing file names', () => {
  const files = (typed: string) => applied(`blockdev-change-medium device=ide1-cd0 filename=${typed}`).then((line) => line.slice(line.indexOf('filename=') + 9));

  it('lists the folder, directories with a slash and no blank behind', async () => {
    expect(await labels('drive-backup target=')).toEqual(['cd.iso', 'disks/', 'linked/', 'my file.iso']);
    expect(await files('dis')).toBe('disks/');
    expect(await files('disks/te')).toBe('disks/test.qcow2 ');
  });

  it('quotes blanks, and goes on in a quote that is open', async () => {
    expect(await files('my')).toBe('"my file.iso" ');
    expect(await files('"my f')).toBe('"my file.iso" ');
    expect(await files('"dis')).toBe('"disks/');
  });

  it('writes ~ out, for the far end does not know it', async () => {
    expect(await files('~/disks/te')).toBe(`${folder}/disks/test.qcow2 `);
  });

  it('shows hidden files to who asks for them, and nothing of a folder that is not there', async () => {
    expect(await labels('drive-backup target=.h')).toEqual(['.hidden']);
    expect(await labels('drive-backup target=nosuch/')).toEqual([]);
  });
});

describe('completing messages', () => {
  it('offers execute, arguments and id', async () => {
    expect(await labels('{')).toEqual(['execute', 'arguments', 'id', 'exec-oob']);
    expect(await applied('{"ex|')).toBe('{"execute": ');
    expect(await applied('{ex|')).toBe('{execute: ');
  });

  it('offers command names after execute, in the quotes that are used', async () => {
    expect(await applied('{"execute": "query-blockst|"}')).toBe('{"execute": "query-blockstats"}');
    expect(await applied("{execute: 'query-blockst|")).toBe("{execute: 'query-blockstats'");
  });

  it('offers members, enum values, switches and live names inside arguments', async () => {
    expect(await labels('{"execute": "block-stream", "arguments": {"device": "x", "|')).not.toContain('device');
    expect((await labels('{"execute": "block-stream", "arguments": {|'))[0]).toBe('device');
    expect(await labels("{execute: 'drive-backup', arguments: {sync: '|")).toContain('full');
    expect(await labels("{execute: 'eject', arguments: {force: |")).toEqual(['true', 'false']);
    expect(await applied("{execute: 'eject', arguments: {device: 'ide1|")).toBe("{execute: 'eject', arguments: {device: 'ide1-cd0'");
    expect(await labels("{execute: 'block-job-resume', arguments: {device: |")).toEqual(['bk0']);
  });

  it('walks into objects, lists and the branches of unions', async () => {
    const inside = "{execute: 'blockdev-add', arguments: {driver: 'qcow2', file: {driver: 'file', |}}}";
    expect((await labels(inside))[0]).toBe('filename');
    const action = "{execute: 'transaction', arguments: {actions: [{type: 'block-dirty-bitmap-add', data: {|}}]}}";
    expect((await labels(action)).slice(0, 2)).toEqual(['node', 'name']);
    expect(await labels("{execute: 'transaction', arguments: {actions: [{type: '|")).toContain('drive-backup');
  });
});

describe('completion of anything', () => {
  it('never fails, and replaces only what stands before or around the caret', async () => {
    const pieces = ['block-stream', 'device=', '"', '\'', '{', '}', '[', ']', ':', ',', ' ', 'blockdev-add', 'file.', 'driver=qcow2', '\\', '=', '-f', 'é💾', 'execute', '0.', 'device_add', 'drive_add -n 0 ', 'object_add', ',,', 'qemu-io', 'transaction', 'actions', 'info', '--dry-run'];
    let seed = 7;
    const random = (below: number) => (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
    for (let round = 0; round < 1000; round++) {
      const text = Array.from({ length: 1 + random(9) }, () => pieces[random(pieces.length)]).join('');
      const cursor = random(text.length + 1);
      const { from, to } = await session.complete(text, cursor);
      expect([from >= 0, from <= cursor, to >= from, to <= text.length], `${text} at ${cursor}`).toEqual([true, true, true, true]);
    }
  });
});

describe('completion under load', () => {
  it('answers with 1,000 devices', async () => {
    const [block, node] = [(recorded['query-block'] as object[])[0], (recorded['query-named-block-nodes'] as object[])[0]];
    const many = createSession({ link: createFakeLink({
      'query-block': Array.from({ length: 1000 }, (_, index) => ({ ...block, device: `drive-virtio-disk${index}` })),
      'query-named-block-nodes': Array.from({ length: 3000 }, (_, index) => ({ ...node, 'node-name': `libvirt-${index}-format` })),
    }), cwd: folder, homeDir: folder });
    const { candidates } = await many.complete('block-stream device=disk99', 26);
    expect(candidates.length).toBeGreaterThan(0);
    await many.close();
  });

  it('does not wait for a far end that hangs more than once', async () => {
    const link = createFakeLink();
    link.hangs = true;
    const hanging = createSession({ link, cwd: folder, homeDir: folder });
    await hanging.complete('que', 3);
    const startedAt = performance.now();
    await hanging.complete('que', 3);
    expect(performance.now() - startedAt).toBeLessThan(500);
    await hanging.close();
  });
});
