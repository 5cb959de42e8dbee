import { describe, expect, it } from 'vitest';
import { keyedOptions, keyedTree } from '../../src/block/keyed-options.ts';

describe('options as a command line gives them', () => {
  it('have the types that their drivers want', async () => {
    expect(await keyedOptions({ 'driver': 'raw', 'offset': '512', 'size': '4k', 'read-only': 'on', 'file.filename': 'a', 'file.locking': 'off' }))
      .toEqual({ 'driver': 'raw', 'offset': 512, 'size': 4096, 'read-only': true, 'file': { driver: 'file', filename: 'a', locking: 'off' } });
    expect(await keyedOptions({ 'driver': 'blkdebug', 'image.filename': 'a', 'inject-error.0.errno': '5', 'inject-error.0.once': 'on' }))
      .toMatchObject({ 'image': { driver: 'file' }, 'inject-error': [{ errno: 5, once: true }] });
  });

  it('may name the node of a backing image that the image itself names, at any depth', async () => {
    const tree = await keyedTree({ 'driver': 'copy-on-read', 'file.driver': 'qcow2', 'file.file.filename': 'a', 'file.backing.node-name': 'mid' });
    expect(tree).toMatchObject({ file: { backing: { 'node-name': 'mid' } } });
  });

  // The words are those of qemu-system-x86_64 7.2 for the same -drive.
  it.each([
    [{ driver: 'nope' }, "Unknown driver 'nope'"],
    [{ driver: 'raw' }, 'A block device must be specified for "file"'],
    [{ 'driver': 'raw', 'file.filename': 'a', 'bogus': '1' }, "Block format 'raw' does not support the option 'bogus'"],
    [{ 'driver': 'raw', 'file.filename': 'a', 'file.bogus': '1' }, "Block protocol 'file' doesn't support the option 'bogus'"],
    [{ 'driver': 'raw', 'file.filename': 'a', 'file.locking': 'maybe' }, 'invalid parameter value: maybe'],
    [{ 'driver': 'raw', 'file.filename': 'a', 'offset': '-1' }, "Parameter 'offset' expects a non-negative number below 2^64"],
    [{ 'driver': 'qcow2', 'file.filename': 'a', 'lazy-refcounts': 'maybe' }, "Parameter 'lazy-refcounts' expects 'on' or 'off'"],
    [{ 'driver': 'blkdebug', 'image.filename': 'a', 'inject-error.0.errno': 'x' }, "Parameter 'errno' expects a number"],
  ])('are refused: %j', async (options, refusal) => {
    await expect(keyedTree(options)).rejects.toThrow(refusal);
  });
});
