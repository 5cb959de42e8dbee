import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/engine/commands.ts';
import { checkArguments } from '../../src/qapi/check.ts';
import { coerce, nestKeys } from '../../src/qapi/dotted-keys.ts';
import { events } from '../../src/qapi/events.ts';
import { introspect } from '../../src/qapi/introspect.ts';
import { membersOf, resolve } from '../../src/qapi/members.ts';
import type { CommandDeclaration } from '../../src/qapi/schema.ts';
import { readFarSchema, readSchema } from '../../src/qapi/schema-reader.ts';
import type { SchemaInfo } from '../../src/qapi/types/schema-info.ts';
import { QemuMonitor } from '../support/qemu-monitor.ts';
import { describeWithQemu } from '../support/qemu.ts';
import { expandSchema } from './expand-schema.ts';

describe('reading a far schema', () => {
  it('gives back what introspection was made of, up to names', async () => {
    const entries = introspect(await commands.loadAll(), await events.loadAll());
    const far = readFarSchema(entries);
    const again = introspect(far.commands.values(), far.events.values());
    for (const name of [...far.commands.keys(), ...far.events.keys()]) {
      expect(expandSchema(again, name), name).toEqual(expandSchema(entries, name));
    }
  });

  it('takes what it does not understand for any value', () => {
    const entries = [{ name: 'x', 'meta-type': 'command', 'arg-type': '7', 'ret-type': '8' }, { name: '7', 'meta-type': 'future' }];
    const x = readSchema(entries as never).get('x')!;
    expect(x.data).toMatchObject({ kind: 'struct', members: {} });
    expect(resolve(x.returns!)).toMatchObject({ kind: 'builtin', name: 'any' });
  });
});

describeWithQemu('reading the schema of the real QEMU', () => {
  let monitor: QemuMonitor;
  let far: Map<string, CommandDeclaration>;
  beforeAll(async () => {
    monitor = await QemuMonitor.start();
    far = readSchema((await monitor.execute('query-qmp-schema')) as SchemaInfo[]);
  });
  afterAll(async () => { await monitor.stop(); });

  it('finds every command that it lists', async () => {
    const listed = (await monitor.execute('query-commands')) as { name: string }[];
    expect([...far.keys()].sort()).toEqual(listed.map(({ name }) => name).sort());
  });

  it('offers the members of the driver that was chosen', () => {
    const members = membersOf(far.get('blockdev-add')!.data, { driver: 'qcow2' }).map((member) => member.name);
    expect(members).toEqual(expect.arrayContaining(['driver', 'node-name', 'file', 'backing', 'data-file']));
  });

  it('types key=value lines for it, so that it accepts them', async () => {
    const { data } = far.get('blockdev-add')!;
    const pairs = [['driver', 'throttle'], ['node-name', 't0'], ['throttle-group', 'g'], ['file.driver', 'null-co'], ['file.size', '1M'],
      ['file.read-zeroes', 'on'], ['cache.direct', 'off']] as const;
    const args = coerce(data, nestKeys(pairs)) as Record<string, unknown>;
    expect(args).toMatchObject({ file: { size: 1048576, 'read-zeroes': true }, cache: { direct: false } });
    expect(checkArguments(data, args)).toBe(args);
    await expect(monitor.execute('blockdev-add', args)).rejects.toThrow('Throttle group \'g\' does not exist');
    await monitor.execute('blockdev-add', { ...(args.file as object), 'node-name': 'n0' });
  });
});
