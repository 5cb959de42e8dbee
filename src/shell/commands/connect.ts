import { defineConsoleCommand } from '../console-command.ts';
import { InputError } from '../failure.ts';
import { lineWords } from '../line-words.ts';

export default defineConsoleCommand({
  name: 'connect',
  usage: 'ADDRESS',
  doc: 'open a tab on another monitor; quit closes the tab, never the VM',
  argument: (before) => (before.length > 0 ? undefined : { expects: 'PATH, unix:PATH or tcp:HOST:PORT', completes: ['monitor-address', 'file'] }),
  run: async (rest, { connect }) => {
    const [address, ...more] = lineWords(rest).map(({ text }) => text);
    if (address === undefined || more.length > 0) throw new InputError('connect takes one address: PATH, unix:PATH or tcp:HOST:PORT');
    if (connect === undefined) throw new InputError('there are no tabs here; start another qmon with --connect');
    await connect(address).catch((error: Error) => {
      throw new InputError(error.message, { cause: error });
    });
    return { status: 'done', outputs: [], reply: { return: {} } };
  },
});
