import { expect, it } from 'vitest';
import { blockInfoText } from '../../src/hmp/text/block-info-text.ts';
import { formatDictionary } from '../../src/hmp/text/dictionary-text.ts';
import type { BlockDeviceInfo } from '../../src/qapi/types/block-device-info.ts';
import luks from './luks-node.json' with { type: 'json' };

it('prints an encrypted node as QEMU 7.2 printed it, nested facts and their order included', () => {
  const text = blockInfoText({ inserted: luks.node as unknown as BlockDeviceInfo }, true);
  expect(text.replaceAll('\n', '\r\n')).toBe(luks.text);
});

it('orders facts as QEMU\'s dictionaries do, whatever order they come in', () => {
  const facts = { compat: '1.1', 'compression-type': 'zlib', 'lazy-refcounts': false, 'refcount-bits': 16, corrupt: false, 'extended-l2': false };
  const sorted = Object.fromEntries(Object.entries(facts).sort(([one], [other]) => (one < other ? 1 : -1)));
  expect(formatDictionary(sorted, 1)).toBe([
    '    compat: 1.1', '    compression type: zlib', '    lazy refcounts: false', '    refcount bits: 16', '    corrupt: false',
    '    extended l2: false', '',
  ].join('\n'));
});

it('titles a device without a name by its medium\'s node, then by its guest device', () => {
  const device = { device: '', qdev: '/machine/peripheral/cd1', type: 'unknown', removable: true, locked: true, tray_open: true, 'io-status': 'failed' };
  expect(blockInfoText({ device: device as never, inserted: undefined }, false)).toBe([
    '/machine/peripheral/cd1: [not inserted]', '    Attached to:      /machine/peripheral/cd1', '    I/O status:       failed',
    '    Removable device: locked, tray open', '',
  ].join('\n'));
  expect(blockInfoText({ device: { ...device, qdev: undefined } as never, inserted: undefined }, false)).toMatch(/^<anonymous>: /);
});
