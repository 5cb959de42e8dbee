import type { VersionInfo } from '../../../qapi/types/version-info.ts';
import { defineHmpCommand } from '../../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'info version',
  args: '',
  usage: '',
  doc: 'show the version of the engine',
  needs: ['query-version'],
  run: async (_, { execute, tables }) => {
    const { qemu, package: build } = (await execute('query-version')) as VersionInfo;
    const version = `${qemu.major}.${qemu.minor}.${qemu.micro}`;
    return !tables || build === '' ? `${version}${build}\n` : `QEMU ${version}, ${build.trim()}\n`;
  },
});
