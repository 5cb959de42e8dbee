import { tableText } from '../../hmp/text/table.ts';
import { defineConsoleCommand } from '../console-command.ts';
import { lineWords } from '../line-words.ts';
import { printed } from '../print-reply.ts';
import { InputError } from '../failure.ts';
import { isSettingName, settingRows } from '../settings/setting-rows.ts';
import type { SettingState } from '../settings/settings.ts';

export default defineConsoleCommand({
  name: 'set',
  usage: '[NAME [VALUE]]',
  doc: 'list the settings, or change one; it is kept in the config file',
  argument: ([name, ...more]) => {
    if (name === undefined) return { expects: 'setting', words: Object.entries(settingRows).map(([value, { doc }]) => ({ value, detail: doc })) };
    if (!isSettingName(name) || more.length > 0) return undefined;
    const { kind } = settingRows[name];
    return { expects: kind.takes, words: kind.words.map((value) => ({ value })), ...(name === 'log' && { completes: ['file'] }) };
  },
  run: async (rest, { settings }) => {
    const [name, value, ...more] = lineWords(rest).map(({ text }) => text);
    if (more.length > 0) throw new InputError('set takes a name and a value (with blanks in quotes)');
    if (name === undefined || value === undefined) {
      const wanted = settings.list().filter((setting) => name === undefined || setting.name === name);
      if (wanted.length === 0) await settings.set(name ?? '', '');
      return printed(settingsText(wanted));
    }
    const problem = await settings.set(name, value);
    return { status: 'done', outputs: problem === undefined ? [] : [{ kind: 'note', text: problem }], reply: { return: {} } };
  },
});

/** A star marks what is not as it would be by itself. */
function settingsText(settings: readonly SettingState[]): string {
  const rows = settings.map(({ name, value, isDefault, doc, takes }) => [name, `${value}${isDefault ? '' : ' *'}`, `${doc}: ${takes}`]);
  return tableText([{ head: 'SETTING' }, { head: 'VALUE' }, { head: 'MEANING' }], rows);
}
