import { IoError } from '../../block/io-error.ts';
import { reportFailure, timed } from './io-command.ts';
import type { IoCommand } from './io-command.ts';
import { IoLineError, usageLine } from './io-line.ts';
import type { IoSyntax } from './io-line.ts';
import { parseLength, parseOffset } from './io-numbers.ts';
import { formatBytes, formatReport } from './io-report.ts';

const discard: IoSyntax = {
  name: 'discard', usage: '[-Cq] off len', flags: 'Cq', words: [2, Infinity], doc: 'tell that bytes are no longer needed',
};

export const otherCommands: readonly IoCommand[] = [
  {
    name: 'aio_flush', usage: '', flags: '', words: [0, 0], doc: 'wait for aio_read and aio_write and print what they did',
    run: async (_, { aio, accounting }) => {
      const start = accounting?.start() ?? 0n;
      await aio.flush();
      accounting?.done('flush', 0, start);
      return '';
    },
  },
  {
    ...discard, writes: true,
    run: async ({ flags, words }, { access }) => {
      if (words.length !== 2) throw new IoLineError(usageLine(discard));
      const [offset, length] = [parseOffset(words[0]!), parseLength(words[1]!)];
      return reportFailure('discard', async () => {
        const elapsedNs = await timed(() => access.discard(offset, length));
        return formatReport({ verb: 'discard', offset, length, elapsedNs }, flags);
      });
    },
  },
  {
    name: 'flush', usage: '', flags: '', words: [0, 0], doc: 'put everything written on stable storage',
    run: (_, { access }) => reportFailure('flush', async () => {
      await access.flush();
      return '';
    }),
  },
  {
    name: 'length', usage: '', flags: '', words: [0, 0], doc: 'print the size of the medium',
    run: async (_, { node }) => {
      if (node === undefined) return `getlength: ${new IoError('ENOMEDIUM', 'read').message}\n`;
      return `${formatBytes(node.io.length)}\n`;
    },
  },
];
