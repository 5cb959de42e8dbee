import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BlockGraph } from '../../src/block/graph.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Open descriptors that point into the folder. */
function openFiles(folder: string): string[] {
  return readdirSync('/proc/self/fd').map((fd) => {
    const link = join('/proc/self/fd', fd);
    return existsSync(link) ? readlinkSync(link) : '';
  }).filter((path) => path.startsWith(folder)).map((path) => path.slice(folder.length + 1)).sort();
}

describe('backing chains', () => {
  const folder = temporaryFolder();
  let graph: BlockGraph;
  let at: (name: string) => string;
  let round = 0;

  beforeEach(() => {
    const prefix = `${round++}-`;
    at = (name) => join(folder, prefix + name);
    graph = new BlockGraph();
  });
  afterEach(async () => {
    await graph.closeAll();
    expect(openFiles(folder)).toEqual([]);
  });

  const size = 1 << 20;
  const short = (name: string) => at(name).slice(folder.length + 1);
  const make = (name: string, backing?: string, format = 'qcow2') => graph.createImage({
    filename: at(name), format: 'qcow2', size, ...(backing === undefined ? {} : { backing: { filename: backing, format } }),
  });
  const expectNothingOpen = () => {
    expect(graph.nodes()).toEqual([]);
    expect(openFiles(folder)).toEqual([]);
  };

  it('are opened from what the images say, relative to where they lie, read-only below the top', async () => {
    await make('base');
    await make('middle', short('base'));
    await make('top', short('middle'));
    const top = await graph.openFile(at('top'), { nodeName: 'top' });
    expect(top.backingChain.map((node) => [node.filename, node.readOnly])).toEqual([[at('middle'), true], [at('base'), true]]);
    expect([top.readOnly, top.file?.readOnly, top.backing?.file?.readOnly]).toEqual([false, false, true]);
    expect(graph.nodes().map((node) => node.driver.name)).toEqual(['file', 'qcow2', 'file', 'qcow2', 'file', 'qcow2']);
  });

  it('read through: what the top does not have comes from below', async () => {
    await make('base');
    const base = await graph.openFile(at('base'));
    await base.io.write(70_000, Buffer.from('from the base'));
    await graph.release(base);
    await make('top', short('base'));
    const top = await graph.openFile(at('top'));
    const into = Buffer.alloc(13);
    await top.io.read(70_000, into);
    expect(into.toString()).toBe('from the base');
  });

  it('close from the top down when the last reference goes', async () => {
    await make('base');
    await make('top', short('base'));
    const top = await graph.openFile(at('top'));
    expect(openFiles(folder)).toEqual([short('base'), short('top')].sort());
    await graph.release(top);
    expectNothingOpen();
  });

  it('keep a shared backing node open until its last overlay goes', async () => {
    await make('base');
    await make('one', short('base'));
    await make('two', short('base'));
    const base = await graph.openFile(at('base'), { nodeName: 'base', readOnly: true });
    const one = await graph.openFile(at('one'), { backing: 'base' });
    const two = await graph.openFile(at('two'), { backing: 'base' });
    await graph.release(base);
    await graph.release(one);
    expect(graph.find('base')).toBe(two.backing);
    await graph.release(two);
    expectNothingOpen();
  });

  it.each([['of two', ['a', 'b']], ['of one', ['a']], ['of three', ['a', 'b', 'c']]])('refuse a loop %s', async (_title, names) => {
    for (const [index, name] of names.entries()) await make(name, short(names[(index + 1) % names.length] as string));
    await expect(graph.openFile(at('a'), { readOnly: true })).rejects.toThrow(/^(Could not open backing file: )+Backing file '.*' creates an infinite loop\.$/);
    expectNothingOpen();
  });

  it('name every level on the way to a missing file', async () => {
    await make('middle', 'gone');
    await make('top', short('middle'));
    const gone = join(folder, 'gone');
    await expect(graph.openFile(at('top'))).rejects.toThrow(
      `Could not open backing file: Could not open backing file: Could not open '${gone}': No such file or directory`);
    expectNothingOpen();
  });

  it('refuse a backing format that does not exist', async () => {
    await make('base');
    await make('top', short('base'), 'zzzzz');
    await expect(graph.openFile(at('top'))).rejects.toThrow("Could not open backing file: Unknown driver 'zzzzz'");
    expectNothingOpen();
  });

  it('take a backing format as it is given instead of probing', async () => {
    await make('base');
    await make('top', short('base'), 'raw');
    const top = await graph.openFile(at('top'));
    expect(top.backing?.driver.name).toBe('raw');
  });

  it('probe when the image gives no format', async () => {
    await make('base');
    await graph.createImage({ filename: at('top'), format: 'qcow2', size, backing: { filename: short('base') } });
    expect((await graph.openFile(at('top'))).backing?.driver.name).toBe('qcow2');
  });

  it.each(['file:', ''])('take a name with the prefix "%s"', async (prefix) => {
    await make('base');
    await make('top', prefix + at('base'));
    expect((await graph.openFile(at('top'))).backing?.filename).toBe(at('base'));
  });

  it('take json: names, with nested and with dotted keys', async () => {
    await make('base');
    const nested = { driver: 'qcow2', file: { driver: 'file', filename: at('base') } };
    const dotted = { driver: 'qcow2', 'file.driver': 'file', 'file.filename': at('base') };
    const short = { driver: 'qcow2', 'file.filename': at('base') };
    const probed = { file: { driver: 'file', filename: at('base') } };
    for (const [name, options] of Object.entries({ nested, dotted, short, probed })) {
      await make(name, `json:${JSON.stringify(options)}`);
      const top = await graph.openFile(at(name), { readOnly: true });
      expect(top.backing?.filename).toBe(at('base'));
      expect(top.backing?.readOnly).toBe(true);
      await graph.release(top);
    }
  });

  it.each([
    ['nbd://localhost/x', "Could not open backing file: Unknown protocol 'nbd'"],
    ['json:{oops', 'Could not open backing file: Could not parse the JSON options'],
    ['json:7', 'Could not open backing file: Invalid JSON object given'],
    ['json:{"filename":"a"}', 'Could not open backing file: Must specify either driver or file'],
    ['json:{"driver":"qcow2"}', 'Could not open backing file: A block device must be specified for "file"'],
    ['json:{"driver":"raw","file":{"driver":"file","filename":"/nope"}}', "Could not open backing file: Could not open '/nope': No such file or directory"],
  ])('refuse the backing file name %s', async (backing, text) => {
    await make('top', backing);
    await expect(graph.openFile(at('top'))).rejects.toThrow(text);
    expectNothingOpen();
  });

  it('are left alone with backing: null', async () => {
    await make('top', 'gone');
    for (const backing of [null, '']) {
      const top = await graph.open({ driver: 'qcow2', file: { driver: 'file', filename: at('top') }, backing, 'read-only': true });
      expect(top.backing).toBeUndefined();
      expect(top.filename).toContain('"backing": null');
      await graph.release(top);
    }
  });

  it('change under an open node, at once and with references in order', async () => {
    await make('base');
    await make('other');
    await make('top', short('base'));
    const top = await graph.openFile(at('top'));
    const other = await graph.openFile(at('other'), { readOnly: true, nodeName: 'other' });
    const changed = top.setBacking(other);
    expect(top.backing).toBe(other);
    await changed;
    await graph.release(other);
    expect(openFiles(folder)).toEqual([short('other'), short('top')].sort());
    await top.setBacking(undefined);
    expect(openFiles(folder)).toEqual([short('top')]);
  });
});
