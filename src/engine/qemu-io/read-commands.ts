import { reportFailure, timed } from './io-command.ts';
import type { IoCommand } from './io-command.ts';
import { IoLineError, usageLine } from './io-line.ts';
import type { IoArguments, IoSyntax } from './io-line.ts';
import { parseLength, parseOffset, parsePattern, parseVector } from './io-numbers.ts';
import { formatReport, hexDump } from './io-report.ts';
import type { IoTarget } from './io-target.ts';

/** What a read is to be compared with. */
interface Expectation {
  readonly pattern: number;
  /** From the start of the request, in bytes. */
  readonly offset: number;
  readonly length: number;
}

interface ReadRequest {
  readonly offset: number;
  readonly length: number;
  readonly expected?: Expectation;
}

const read: IoSyntax = {
  name: 'read', usage: '[-abCqv] [-P pattern [-s off] [-l len]] off len', flags: 'abCl:pP:qs:v', words: [2, Infinity],
  doc: 'read bytes, show or compare them',
};

const readv: IoSyntax = {
  name: 'readv', usage: '[-Cqv] [-P pattern] off len [len..]', flags: 'CP:qv', words: [2, Infinity],
  doc: 'read into several buffers',
};

const aioRead: IoSyntax = {
  name: 'aio_read', usage: '[-Ciqv] [-P pattern] off len [len..]', flags: 'CP:iqv', words: [2, Infinity],
  doc: 'read while the next commands are typed',
};

export const readCommands: readonly IoCommand[] = [
  { ...read, run: (args, target) => reportFailure('read', () => carryOut(args, target, readRequest(args))) },
  { ...readv, run: (args, target) => reportFailure('readv', () => carryOut(args, target, vectorRequest(readv, args))) },
  {
    ...aioRead,
    run: async (args, target) => {
      const request = vectorRequest(aioRead, args);
      if (args.flags.has('i')) {
        target.accounting?.invalid('read');
        return 'injecting invalid read request\n';
      }
      target.aio.start(() => reportFailure('readv', () => carryOut(args, target, request)));
      return '';
    },
  },
];

async function carryOut({ flags }: IoArguments, { access }: IoTarget, { offset, length, expected }: ReadRequest): Promise<string> {
  const buffer = Buffer.alloc(length);
  const elapsedNs = await timed(() => access.read(offset, buffer));
  const difference = expected === undefined ? '' : compare(buffer, offset, expected);
  const dump = flags.has('v') ? hexDump(buffer, offset) : '';
  return difference + dump + formatReport({ verb: 'read', offset, length, elapsedNs }, flags);
}

function compare(buffer: Buffer, offset: number, expected: Expectation): string {
  const part = buffer.subarray(expected.offset, expected.offset + expected.length);
  if (part.every((byte) => byte === expected.pattern)) return '';
  return `Pattern verification failed at offset ${offset + expected.offset}, ${expected.length} bytes\n`;
}

function readRequest({ flags, words }: IoArguments): ReadRequest {
  const partial = flags.has('s') || flags.has('l');
  if (words.length !== 2 || (partial && !flags.has('P'))) throw new IoLineError(usageLine(read));
  const [offset, length] = [parseOffset(words[0]!), parseLength(words[1]!)];
  if (!flags.has('P')) return { offset, length };
  const start = parseOffset(flags.get('s') ?? '0');
  const count = flags.has('l') ? parseOffset(flags.get('l')!) : length - start;
  if (count < 0 || start + count > length) throw new IoLineError('pattern verification range exceeds end of read data\n');
  return { offset, length, expected: { pattern: parsePattern(flags.get('P')!), offset: start, length: count } };
}

function vectorRequest(syntax: IoSyntax, { flags, words }: IoArguments): ReadRequest {
  const { offset, length } = parseVector(syntax, words);
  const pattern = flags.get('P');
  return { offset, length, expected: pattern === undefined ? undefined : { pattern: parsePattern(pattern), offset: 0, length } };
}
