import { readFile } from 'node:fs/promises';
import { strerror } from '../../block/errnos.ts';
import { IoError } from '../../block/io-error.ts';
import { reportFailure, timed } from './io-command.ts';
import type { IoCommand } from './io-command.ts';
import { IoLineError, usageLine } from './io-line.ts';
import type { IoArguments, IoSyntax } from './io-line.ts';
import { parseLength, parseOffset, parsePattern, parseVector } from './io-numbers.ts';
import { formatReport } from './io-report.ts';
import type { IoTarget } from './io-target.ts';

const SECTOR = 512;
const DEFAULT_PATTERN = '0xcd';

interface WriteRequest {
  readonly offset: number;
  readonly length: number;
  /** Undefined: zeroes are written without data. */
  readonly data: Buffer | undefined;
}

const write: IoSyntax = {
  name: 'write', usage: '[-bcCfnquz] [-P pattern | -s source_file] off len', flags: 'bcCfnpP:qs:uz', words: [2, Infinity],
  doc: 'write a pattern, a file\'s bytes or zeroes',
};

const writev: IoSyntax = {
  name: 'writev', usage: '[-Cfq] [-P pattern] off len [len..]', flags: 'CfqP:', words: [2, Infinity],
  doc: 'write from several buffers',
};

const aioWrite: IoSyntax = {
  name: 'aio_write', usage: '[-Cfiquz] [-P pattern] off len [len..]', flags: 'CfiP:quz', words: [2, Infinity],
  doc: 'write while the next commands are typed',
};

export const writeCommands: readonly IoCommand[] = [
  {
    ...write, writes: true,
    run: async (args, target) => {
      checkFlags(args);
      const request = await writeRequest(args);
      return reportFailure('write', () => carryOut(args, target, request));
    },
  },
  {
    ...writev, writes: true,
    run: async (args, target) => reportFailure('writev', () => carryOut(args, target, vectorRequest(writev, args))),
  },
  {
    ...aioWrite, writes: true,
    run: async (args, target) => {
      checkFlags(args);
      const request = vectorRequest(aioWrite, args);
      if (args.flags.has('i')) {
        target.accounting?.invalid('write');
        return 'injecting invalid write request\n';
      }
      target.aio.start(() => reportFailure('aio_write', () => carryOut(args, target, request)));
      return '';
    },
  },
];

function checkFlags({ flags }: IoArguments): void {
  for (const needing of ['n', 'u']) {
    if (flags.has(needing) && !flags.has('z')) throw new IoLineError(`-${needing} requires -z to be specified\n`);
  }
  if (['z', 'P', 's'].filter((flag) => flags.has(flag)).length > 1) {
    throw new IoLineError('Only one of -z, -P, and -s can be specified at the same time\n');
  }
}

async function carryOut({ flags }: IoArguments, target: IoTarget, { offset, length, data }: WriteRequest): Promise<string> {
  const { access, node } = target;
  const elapsedNs = await timed(async () => {
    if (data === undefined) await access.writeZeroes(offset, length, { mayUnmap: flags.has('u') });
    else if (flags.has('c') && node) {
      if (!node.driver.compresses) throw new IoError('ENOTSUP', 'write', { offset });
      await node.io.write(offset, data, { compressed: true });
    } else await access.write(offset, data);
    if (flags.has('f')) await node?.io.flush();
  });
  return formatReport({ verb: 'wrote', offset, length, elapsedNs }, flags);
}

async function writeRequest({ flags, words }: IoArguments): Promise<WriteRequest> {
  if (words.length !== 2) throw new IoLineError(usageLine(write));
  const [offset, length] = [parseOffset(words[0]!), parseLength(words[1]!, { without: ' without -n' })];
  if (flags.has('c') && length % SECTOR !== 0) throw new IoLineError(`${length} is not a sector-aligned value for 'count'\n`);
  if (flags.has('z')) return { offset, length, data: undefined };
  const source = flags.get('s');
  const data = source === undefined
    ? Buffer.alloc(length, parsePattern(flags.get('P') ?? DEFAULT_PATTERN))
    : Buffer.alloc(length, await readSource(source));
  return { offset, length, data };
}

async function readSource(filename: string): Promise<Buffer> {
  const content = await readFile(filename).catch((error: NodeJS.ErrnoException) => {
    throw new IoLineError(`${filename}: ${strerror(error.code ?? 'EIO')}\n`);
  });
  if (content.length === 0) throw new IoLineError(`${filename}: file is empty\n`);
  return content;
}

function vectorRequest(syntax: IoSyntax, { flags, words }: IoArguments): WriteRequest {
  const takesOne = flags.has('z');
  if (takesOne && words.length !== 2) throw new IoLineError(usageLine(syntax));
  const { offset, length } = parseVector(syntax, words);
  return { offset, length, data: takesOne ? undefined : Buffer.alloc(length, parsePattern(flags.get('P') ?? DEFAULT_PATTERN)) };
}
