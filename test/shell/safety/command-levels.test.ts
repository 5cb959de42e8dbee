import { describe, expect, it } from 'vitest';
import { commands } from '../../../src/engine/commands.ts';
import { isEnough } from '../../../src/shell/safety/allow-level.ts';
import { commandLevel } from '../../../src/shell/safety/command-levels.ts';
import { partsLevel, partsOf } from '../../../src/shell/safety/request-parts.ts';

/** The commands of the block layer of 2.9 to 7.2, as the seeds describe them, and what each needs. */
const levels = {
  observe: ['query-block', 'query-blockstats', 'query-block-jobs', 'query-named-block-nodes', 'query-version', 'query-commands',
    'query-qmp-schema', 'query-command-line-options', 'query-jobs', 'query-block-exports', 'qmp_capabilities', 'qom-get', 'qom-list',
    'trace-event-get-state', 'x-debug-query-block-graph'],
  operate: ['block_passwd', 'block_resize', 'blockdev-snapshot-sync', 'blockdev-snapshot', 'block-commit', 'drive-backup', 'blockdev-backup',
    'drive-mirror', 'blockdev-mirror', 'block-dirty-bitmap-add', 'block_set_io_throttle', 'block-stream', 'block-job-set-speed',
    'block-job-cancel', 'block-job-pause', 'block-job-resume', 'block-job-complete', 'blockdev-add', 'x-blockdev-del',
    'blockdev-open-tray', 'blockdev-close-tray', 'x-blockdev-remove-medium', 'x-blockdev-insert-medium', 'blockdev-change-medium',
    'block-set-write-threshold', 'eject', 'nbd-server-start', 'nbd-server-add', 'nbd-server-stop', 'blockdev-snapshot-internal-sync'],
  full: ['block-dirty-bitmap-remove', 'block-dirty-bitmap-clear', 'change-backing-file', 'blockdev-snapshot-delete-internal-sync',
    'x-blockdev-change', 'blockdev-create', 'quit', 'system_reset', 'system_powerdown', 'device_add', 'device_del', 'object-add', 'object-del',
    'migrate', 'qom-set', 'human-monitor', 'x-qemu-io', 'screendump', 'memsave', 'nothing-that-we-know', '', 'Query-block', ' query-block', 'toString'],
} as const;

const rows = Object.entries(levels).flatMap(([level, names]) => names.map((name) => [name, level] as const));

describe('a command', () => {
  it.each(rows)("'%s' needs %s", (name, level) => {
    expect(commandLevel(name)).toBe(level);
  });

  it('of the engine that does more than ask needs more than observe', async () => {
    const known = await commands.loadAll();
    const asking = known.map(({ name }) => name).filter((name) => commandLevel(name) === 'observe');
    expect(asking.filter((name) => !/^query-/.test(name))).toEqual(['qmp_capabilities', 'trace-event-get-state', 'x-debug-query-block-graph']);
  });

  it('that gives others a way to write needs full', () => {
    expect(commandLevel('block-export-add', { writable: true })).toBe('full');
    expect(commandLevel('nbd-server-add', { writable: true })).toBe('full');
    expect(commandLevel('nbd-server-add', { writable: 'yes' })).toBe('full');
    expect(commandLevel('nbd-server-add', { writable: false })).toBe('operate');
  });
});

/** Every way to wrap a request that writes. */
const wrapped = (['block_resize', 'quit', 'eject', 'x-unknown'] as const).flatMap((command) => [
  { execute: command }, { 'exec-oob': command }, { execute: 'query-block', 'exec-oob': command },
  { execute: 'transaction', arguments: { actions: [{ type: command, data: {} }] } },
  { execute: 'transaction', arguments: { actions: [{ type: 'abort', data: {} }, { type: command, data: {} }] } },
  { execute: 'human-monitor-command', arguments: { 'command-line': `${command} x` } },
  { execute: 'human-monitor-command', arguments: { 'command-line': `  ${command}` } },
  { execute: 'human-monitor-command', arguments: { 'command-line': `\n${command}\tinfo block`, 'cpu-index': 0 } },
]);

describe('a message', () => {
  it.each(wrapped)('that does more than ask is not allowed to a read-only session: %j', (message) => {
    const parts = partsOf(message);
    expect(parts === undefined || !isEnough('observe', partsLevel(parts))).toBe(true);
  });

  it.each([
    { execute: 'query-block' }, { 'exec-oob': 'query-block' }, { execute: 'qmp_capabilities', arguments: { enable: ['oob'] } },
    { execute: 'human-monitor-command', arguments: { 'command-line': 'info block -v' } },
    { execute: 'human-monitor-command', arguments: { 'command-line': ' \t?' } },
    { execute: 'human-monitor-command', arguments: { 'command-line': 'p/x 10' } },
  ])('that asks is allowed to it: %j', (message) => {
    expect(partsLevel(partsOf(message)!)).toBe('observe');
  });

  it.each([
    { execute: ['quit'] }, { execute: { toString: 'quit' } }, { id: 1 }, { execute: 'transaction' }, { execute: 'transaction', arguments: { actions: {} } },
    { execute: 'transaction', arguments: { actions: [{ data: {} }] } }, { execute: 'human-monitor-command' },
    { execute: 'human-monitor-command', arguments: { 'command-line': ['info'] } },
  ])('that nobody understands counts as one that may do anything: %j', (message) => {
    expect(partsOf(message)).toBeUndefined();
  });

  it.each(['info\u00a0block', 'infoblock', 'Info block', 'information', 'xp /x 0', 'x /x 0', 'i /x 0', 'qom-get a b', 'log all', ''])(
    "'%s' is no line that only asks", (line) => {
      expect(partsLevel(partsOf({ execute: 'human-monitor-command', arguments: { 'command-line': line } })!)).not.toBe('observe');
    });
});
