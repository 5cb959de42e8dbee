import { describe, expect, it } from 'vitest';
import { QapiError } from '../../src/qapi/qapi-error.ts';
import { parseMachineFile, readMachineFile } from '../../src/machine/machine-file.ts';

const parse = (text: string) => parseMachineFile(text, '/m/m.json5');

describe('a machine file', () => {
  it('is JSON5 with the keys of -drive, -blockdev, -device and -object', () => {
    const description = parse(`{
      // a comment
      drives: [{ id: 'ide0-hd0', if: 'ide', file: 'disks/test.qcow2', format: 'qcow2', 'cache.direct': true, 'throttling.bps-total': 1000 }],
      devices: [{ driver: 'virtio-blk-pci', id: 'vd0', drive: 'data' }],
      objects: [{ 'qom-type': 'throttle-group', id: 'tg0', limits: { 'bps-total': 1000000 } }],
      guest: [{ device: 'ide0-hd0', reads: { iops: 40, size: '4k' } }],
      machine: { name: 'pc' },
    }`);
    expect(description.drives?.[0]).toMatchObject({ file: '/m/disks/test.qcow2', 'cache.direct': true });
  });

  it('takes paths relative to its folder, at any depth, and leaves absolute ones and URLs alone', () => {
    const { drives, blockdevs } = parse(`{
      drives: [{ file: '/abs/a' }, { file: 'nbd://host/x' }, { driver: 'qcow2', 'file.filename': 'b.qcow2' }],
      blockdevs: [{ driver: 'qcow2', 'node-name': 'n0', file: { driver: 'file', filename: '../x.qcow2' }, backing: { driver: 'raw', file: { driver: 'file', filename: 'y' } } }],
    }`);
    expect(drives).toEqual([{ file: '/abs/a' }, { file: 'nbd://host/x' }, { driver: 'qcow2', 'file.filename': '/m/b.qcow2' }]);
    expect(blockdevs?.[0]).toMatchObject({ file: { filename: '/x.qcow2' }, backing: { file: { filename: '/m/y' } } });
  });

  it.each([
    ["{ drives: [\n  { file: 'a', },\n  { file: 'b' ]\n}", "/m/m.json5: invalid character ']' at line 3, column 15"],
    ['{ drivs: [] }', "/m/m.json5: unknown key 'drivs' at drivs (line 1, column 3)"],
    ["{ drives: [{ file: 'a' }, { fil: 'b' }] }", "/m/m.json5: unknown key 'fil' at drives[1].fil (line 1, column 29)"],
    ["{ drives: [{ file: 'a', format: 'qcow2', interface: 'ide' }] }",
      "/m/m.json5: unknown key 'interface' at drives[0].interface; did you mean 'if'? (line 1, column 42)"],
    ["{ drives: [{ file: 'a', 'throttling.bogus': 1 }] }", "/m/m.json5: unknown key 'throttling.bogus' at drives[0].throttling.bogus (line 1, column 25)"],
    ["{ drives: { file: 'a' } }", '/m/m.json5: drives must be a list (line 1, column 3)'],
    ['{ drives: [5] }', '/m/m.json5: drives[0] must be an object (line 1, column 12)'],
    ['{ drives: [{ file: 5 }] }', '/m/m.json5: drives[0].file must be a string (line 1, column 14)'],
    ['{ drives: [{ readonly: 1 }] }', '/m/m.json5: drives[0].readonly must be true or false (line 1, column 14)'],
    ["{ guest: [{ device: 'x', reads: { iops: 4 } }] }", "/m/m.json5: guest[0].reads lacks 'size' (line 1, column 26)"],
    ["{ devices: [{ id: 'x' }] }", "/m/m.json5: devices[0] lacks 'driver' (line 1, column 13)"],
    ['{ machine: { cpus: 4 } }', '/m/m.json5: machine.cpus must be a list (line 1, column 14)'],
    ["{ /* a 'b' */ drives: [\n  // [\n  { file: 'a]', },\n  { 'file': 'b', bogus: [{}] } ]\n}",
      "/m/m.json5: unknown key 'bogus' at drives[1].bogus (line 4, column 18)"],
    ['[]', '/m/m.json5: the machine must be an object (line 1, column 1)'],
  ])('refuses %j and says where', (text, message) => {
    expect(() => parse(text)).toThrow(new QapiError(message));
  });

  it('says why it cannot be read', async () => {
    await expect(readMachineFile('/no/such/m.json5')).rejects.toThrow("Could not open '/no/such/m.json5': No such file or directory");
  });
});
