import { resolve } from '../../qapi/members.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { memberType } from './members.ts';

/** Drivers that are formats of image files; the most used first. */
const formats = ['qcow2', 'raw', 'vmdk', 'vdi', 'vhdx', 'vpc', 'qed', 'qcow', 'luks', 'parallels', 'dmg', 'bochs', 'cloop'];

/** The image formats that the far end's `blockdev-add` knows; all when it does not tell. */
export function imageFormats(vocabulary: Vocabulary): readonly string[] {
  const data = vocabulary.command('blockdev-add')?.data;
  const driver = data === undefined ? undefined : memberType(data, 'driver');
  const known = driver === undefined ? undefined : resolve(driver);
  return known?.kind === 'enum' ? formats.filter((format) => known.values.includes(format)) : formats;
}
