import { resolve } from 'node:path';
import { defineConsoleCommand } from '../console-command.ts';
import { InputError } from '../failure.ts';
import { lineWords } from '../line-words.ts';
import { told } from '../print-reply.ts';

export default defineConsoleCommand({
  name: 'transcript',
  usage: 'FILE.md|FILE.ndjson',
  doc: 'write lines, replies and events of this session to a new file, as Markdown or one JSON object a line',
  argument: (before) => (before.length > 0 ? undefined : { expects: 'a new file .md or .ndjson', completes: ['file'] }),
  run: async (rest, { writings }) => {
    const [file, ...more] = lineWords(rest).map(({ text }) => text);
    const format = /\.md$/i.test(file ?? '') ? 'markdown' : /\.(ndjson|jsonl)$/i.test(file ?? '') ? 'ndjson' : undefined;
    if (file === undefined || format === undefined || more.length > 0) throw new InputError('transcript takes a file whose name ends in .md or .ndjson');
    writings.writeTranscript(resolve(file), format);
    return told(`written to ${file}`);
  },
});
