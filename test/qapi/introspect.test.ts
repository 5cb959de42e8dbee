import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/engine/commands.ts';
import { events } from '../../src/qapi/events.ts';
import { introspect } from '../../src/qapi/introspect.ts';
import { bool, described, enumeration, list, naming, struct, uint32 } from '../../src/qapi/schema.ts';
import { blockdevOptions } from '../../src/qapi/types/blockdev-options.ts';
import { schemaInfo } from '../../src/qapi/types/schema-info.ts';
import { checkValue } from '../../src/qapi/check.ts';
import type { SchemaInfo } from '../../src/qapi/types/schema-info.ts';
import { QemuMonitor } from '../support/qemu-monitor.ts';
import { describeWithQemu } from '../support/qemu.ts';
import { expandSchema } from './expand-schema.ts';

const declaration = (name: string, data = struct('', {})) => ({ name, doc: '', since: '1.0', data });

describe('introspection', () => {
  it('hides names, spells every integer int, and gives enums both their members and their values', () => {
    const data = struct('Hidden', { on: bool, '*mode': enumeration('Mode', ['a', 'b']), '*sizes': list(uint32) });
    expect(introspect([{ ...declaration('do-it', data as never), returns: list(data) }], [declaration('DONE')])).toEqual([
      { name: 'do-it', 'meta-type': 'command', 'arg-type': '1', 'ret-type': '[1]' },
      { name: 'DONE', 'meta-type': 'event', 'arg-type': '0' },
      { name: '0', 'meta-type': 'object', members: [] },
      {
        name: '1', 'meta-type': 'object',
        members: [{ name: 'on', type: 'bool' }, { name: 'mode', type: '2', default: null }, { name: 'sizes', type: '[int]', default: null }],
      },
      { name: '[1]', 'meta-type': 'array', 'element-type': '1' },
      { name: 'bool', 'meta-type': 'builtin', 'json-type': 'boolean' },
      { name: '2', 'meta-type': 'enum', members: [{ name: 'a' }, { name: 'b' }], values: ['a', 'b'] },
      { name: 'int', 'meta-type': 'builtin', 'json-type': 'int' },
      { name: '[int]', 'meta-type': 'array', 'element-type': 'int' },
    ]);
  });

  it('describes a type once, however often and with whatever doc it is used', () => {
    const inner = struct('Inner', { name: naming('node') });
    const data = struct('', { a: described(inner, 'one'), b: described(inner, 'another'), c: list(described(inner, 'third')) });
    const entries = introspect([declaration('x', data)], []);
    expect(entries.filter((entry) => entry['meta-type'] === 'object')).toHaveLength(3);
  });

  it('ends although the graph of nodes refers back to itself', () => {
    const entries = introspect([{ ...declaration('blockdev-add'), data: blockdevOptions }], []);
    expect(entries.find((entry) => entry.name === '1')).toMatchObject({ tag: 'driver' });
    expect(new Set(entries.map((entry) => entry.name)).size).toBe(entries.length);
  });

  it('is itself what the type SchemaInfo says', async () => {
    const entries = introspect(await commands.loadAll(), await events.loadAll());
    expect(() => checkValue(list(schemaInfo), entries, 'return')).not.toThrow();
  });
});

/** Commands and events that did not change between the seeds and 7.2. */
const unchanged = [
  'query-version', 'query-commands', 'query-tpm-models', 'query-rx-filter', 'query-rocker', 'query-rocker-ports', 'query-tpm',
  'query-rocker-of-dpa-flows', 'query-rocker-of-dpa-groups', 'query-hotpluggable-cpus', 'query-acpi-ospm-status',
  'query-dump', 'trace-event-get-state', 'trace-event-set-state', 'input-send-event', 'ringbuf-write', 'xen-load-devices-state',
  'query-command-line-options', 'block_resize', 'blockdev-snapshot-sync', 'blockdev-snapshot', 'change-backing-file',
  'block_set_io_throttle', 'block-dirty-bitmap-add', 'block-dirty-bitmap-remove', 'block-set-write-threshold',
  'x-blockdev-change', 'blockdev-snapshot-internal-sync', 'blockdev-snapshot-delete-internal-sync', 'nbd-server-start',
  'nbd-server-remove', 'drive-mirror', 'device_del', 'object-del', 'query-status',
  'BLOCK_JOB_COMPLETED', 'BLOCK_JOB_CANCELLED', 'BLOCK_JOB_READY', 'BLOCK_JOB_ERROR', 'BLOCK_JOB_PENDING', 'JOB_STATUS_CHANGE',
  'BLOCK_IMAGE_CORRUPTED', 'BLOCK_WRITE_THRESHOLD', 'BLOCK_EXPORT_DELETED', 'DEVICE_DELETED', 'STOP', 'RESUME', 'POWERDOWN',
  'QUORUM_FAILURE', 'QUORUM_REPORT_BAD', 'NIC_RX_FILTER_CHANGED', 'DUMP_COMPLETED', 'ACPI_DEVICE_OST', 'eject',
];

describeWithQemu('introspection beside the real QEMU', () => {
  let monitor: QemuMonitor;
  let far: SchemaInfo[];
  let near: SchemaInfo[];
  beforeAll(async () => {
    monitor = await QemuMonitor.start();
    far = (await monitor.execute('query-qmp-schema')) as SchemaInfo[];
    near = introspect(await commands.loadAll(), await events.loadAll());
  });
  afterAll(async () => { await monitor.stop(); });

  it.each(unchanged)('gives %s the same shape', (name) => {
    expect(expandSchema(near, name)).toEqual(expandSchema(far, name));
  });

  it('has no member that QEMU\'s own entries of that kind do not have', () => {
    for (const entry of near) {
      const like = far.filter((one) => one['meta-type'] === entry['meta-type']);
      const known = new Set(like.flatMap((one) => Object.keys(one)));
      expect(Object.keys(entry).filter((key) => !known.has(key)), entry.name).toEqual([]);
    }
  });
});
