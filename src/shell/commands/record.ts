import { resolve } from 'node:path';
import { defineConsoleCommand } from '../console-command.ts';
import { InputError } from '../failure.ts';
import { lineWords } from '../line-words.ts';
import { told } from '../print-reply.ts';

export default defineConsoleCommand({
  name: 'record',
  usage: '[FILE|off]',
  doc: 'record the session from now on for qmon replay: traffic, times, lines; secrets are left out',
  argument: (before) => (before.length > 0 ? undefined
    : { expects: 'a new file, or off', completes: ['file'], words: [{ value: 'off', detail: 'end the recording' }] }),
  run: async (rest, { writings }) => {
    const [file, ...more] = lineWords(rest).map(({ text }) => text);
    if (more.length > 0) throw new InputError('record takes one file (a name with blanks in quotes)');
    if (file === undefined) return told(writings.recordingTo === undefined ? 'nothing is recorded' : `recording to ${writings.recordingTo}`);
    if (file === 'off') {
      const ended = await writings.stopRecording();
      return told(ended === undefined ? 'nothing was recorded' : `recorded: qmon replay ${ended}`);
    }
    await writings.record(resolve(file));
    return told(`recording to ${writings.recordingTo}; 'record off' ends it`);
  },
});
