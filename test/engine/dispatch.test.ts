import { describe, expect, it } from 'vitest';
import { commands } from '../../src/engine/commands.ts';
import { checkValue } from '../../src/qapi/check.ts';
import { makeFolder, makeImage, openEngine } from './open-engine.ts';

describe('dispatch', () => {
  it.each([
    ['query-block', { bogus: 1 }, "Parameter 'bogus' is unexpected"],
    ['eject', { device: 5 }, "Invalid parameter type for 'device', expected: string"],
    ['block-job-set-speed', { device: 'j' }, "Parameter 'speed' is missing"],
    ['drive-backup', { device: 'd', target: 't', sync: 'x' }, "Parameter 'sync' does not accept value 'x'"],
    ['blockdev-add', { driver: 'nbd', 'node-name': 'n' }, "Parameter 'driver' does not accept value 'nbd'"],
  ])('checks the arguments of %s: %j', async (command, args, message) => {
    const { run } = await openEngine({});
    expect(await run(command, args)).toBe(`GenericError: ${message}`);
  });

  it('answers an unexpected exception and goes on', async () => {
    const { engine, run } = await openEngine({});
    await engine.open();
    const drives = Object.getOwnPropertyDescriptor(engine.machine, 'drives')!;
    Object.defineProperty(engine.machine, 'drives', { configurable: true, get: () => { throw new TypeError('boom'); } });
    expect(await run('query-block')).toBe('GenericError: boom');
    Object.defineProperty(engine.machine, 'drives', drives);
    expect(await run('query-block')).toEqual([]);
  });

  it('answers an error of the host in the C library\'s words', async () => {
    const { run } = await openEngine({});
    await run('blockdev-add', { driver: 'null-co', id: 'd', 'read-only': true });
    expect(await run('drive-backup', { device: 'd', target: '/proc/nothing/here', sync: 'full', format: 'raw' }))
      .toBe("GenericError: Could not create '/proc/nothing/here': No such file or directory");
  });

  it('runs commands one after another, in the order in which they came', async () => {
    const folder = await makeFolder();
    await makeImage(`${folder}/a.raw`);
    const { run } = await openEngine({});
    const node = { driver: 'raw', 'node-name': 'n', file: { driver: 'file', filename: `${folder}/a.raw` } };
    const replies = await Promise.all([
      run('blockdev-add', node), run('blockdev-del', { 'node-name': 'n' }), run('blockdev-del', { 'node-name': 'n' }), run('blockdev-add', node),
    ]);
    expect(replies).toEqual([{}, {}, "GenericError: Failed to find node with node-name='n'", {}]);
  });
});

describe('replies', () => {
  it('have the types that are declared', async () => {
    const { run } = await openEngine({ demo: true });
    await run('drive-backup', { device: 'ide0-hd0', target: `${await makeFolder()}/copy`, sync: 'full', speed: 1000 });
    const queries = ['query-block', 'query-blockstats', 'query-named-block-nodes', 'query-block-jobs', 'query-status', 'query-version', 'query-commands'];
    for (const name of queries) {
      const { returns } = (await commands.load(name))!;
      const reply = await run(name);
      expect(() => checkValue(returns!, reply, name)).not.toThrow();
      expect(Array.isArray(reply) ? reply.length : 1, name).toBeGreaterThan(0);
    }
  });

  it('of query-blockstats tell of nodes without their backing images when asked to', async () => {
    const { run } = await openEngine({ demo: true });
    const nodes = await run('query-blockstats', { 'query-nodes': true }) as Record<string, unknown>[];
    expect(nodes).toHaveLength(6);
    for (const node of nodes) expect(node).not.toHaveProperty('backing');
    const [disk] = await run('query-blockstats');
    expect(disk).toHaveProperty('backing.parent.stats.wr_highest_offset');
  });

  it('of query-qmp-schema describe the commands that can be run, and no others', async () => {
    const { run } = await openEngine({});
    const schema = await run('query-qmp-schema') as { name: string; 'meta-type': string }[];
    const described = schema.filter((entry) => entry['meta-type'] === 'command').map(({ name }) => name);
    expect(described).toEqual((await run('query-commands') as { name: string }[]).map(({ name }) => name));
    expect(schema.filter((entry) => entry['meta-type'] === 'event').map(({ name }) => name)).toContain('DEVICE_TRAY_MOVED');
  });
});
