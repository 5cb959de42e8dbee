/** Where a command line of QEMU says that it serves QMP. */
export type ServedAt =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: string }
  /** A socket that was handed over open, as libvirt does. */
  | { readonly kind: 'fd'; readonly fd: string };

/** What a command line of QEMU or qemu-storage-daemon tells. */
export interface QemuFacts {
  /** The machine's name, or the program's. */
  readonly name: string;
  readonly served: readonly ServedAt[];
}

type Options = ReadonlyMap<string, string>;

/** Reads a command line; undefined when it is none of QEMU's. */
export function readCommandLine(words: readonly string[]): QemuFacts | undefined {
  const program = /(?:^|\/)(qemu-system-[\w-]+|qemu-storage-daemon|qemu-kvm|kvm)$/.exec(words[0] ?? '')?.[1];
  if (program === undefined) return undefined;
  const given = (name: string) => words.flatMap((word, index) => (word === `-${name}` || word === `--${name}` ? [words[index + 1] ?? ''] : []));
  const chardevs = new Map(given('chardev').map(parseOptions).map((options) => [options.get('id') ?? '', options] as const));
  const daemon = program === 'qemu-storage-daemon';
  const monitors = [...given('mon'), ...(daemon ? given('monitor') : [])].map(parseOptions);
  const behindChardevs = monitors
    .filter((options) => (options.get('mode') ?? (daemon ? 'control' : 'readline')) === 'control')
    .map((options) => chardevs.get(options.get('chardev') ?? options.get('') ?? ''));
  const direct = [...given('qmp'), ...given('qmp-pretty')].map(parseLegacy);
  const [machine] = given('name');
  return {
    name: machine === undefined ? program : parseOptions(machine).get('guest') ?? parseOptions(machine).get('') ?? program,
    served: [...direct, ...behindChardevs].flatMap((options) => (options === undefined ? [] : servedAt(options) ?? [])),
  };
}

/** `key=value,flag,...`, a doubled comma for one; the first word may go without a key, which is then ''. */
function parseOptions(text: string): Options {
  const parts = text.match(/(?:,,|[^,])+/g) ?? [];
  return new Map(parts.map((part, index) => {
    const [, key, value] = /^([\w.-]+)=([^]*)$/.exec(part) ?? [];
    const plain = (value ?? part).replaceAll(',,', ',');
    return key === undefined ? [index === 0 ? '' : part, index === 0 ? plain : 'on'] : [key, plain];
  }));
}

/** `unix:PATH,...` and `tcp:HOST:PORT,...`, in the form of a chardev. */
function parseLegacy(text: string): Options {
  const options = new Map(parseOptions(text));
  const [, kind, rest = ''] = /^(unix|tcp):([^]*)$/.exec(options.get('') ?? '') ?? [];
  if (kind === undefined) return new Map();
  options.set('', 'socket');
  if (kind === 'unix') return options.set('path', rest);
  const colon = rest.lastIndexOf(':');
  return options.set('host', rest.slice(0, colon)).set('port', rest.slice(colon + 1));
}

/** Only who listens can be connected to. */
function servedAt(options: Options): ServedAt | undefined {
  const backend = options.get('') ?? options.get('backend');
  const server = options.get('server') ?? 'off';
  if (backend !== 'socket' || !/^(on|yes|true)$/.test(server)) return undefined;
  const [path, port, fd] = [options.get('path'), options.get('port'), options.get('fd')];
  if (path !== undefined) return { kind: 'unix', path };
  if (fd !== undefined) return { kind: 'fd', fd };
  return port === undefined ? undefined : { kind: 'tcp', host: options.get('host') ?? '', port };
}
