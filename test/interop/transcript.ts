import JSON5 from 'json5';

type Members = Record<string, unknown>;

/** `ours`: what this engine answers where the seeds want something else than the QEMU that is installed. */
export type Step = readonly [command: string, args?: Members, ours?: unknown];

/** Both sides are left alone until their jobs have ended. */
export const WAIT_FOR_JOBS = 'wait-for-jobs';

/** Nothing is done until both sides may send events again of which there is one a second at most. */
export const WAIT_FOR_EVENTS = 'wait-for-events';

/**
 * Reads a transcript, one step a line: a QMP command and its arguments as `name=value`, `hmp LINE`, `qemu-io DEVICE COMMAND`, `wait-for-jobs`
 * or `wait-for-events`. Dots in names nest; values are numbers (`3M+512`), true, false, null, JSON5, or else text. `#` begins a comment
 * line, and `=>` a line with this engine's own answer to the step above it.
 */
export function parseTranscript(text: string): Step[] {
  const steps: Step[] = [];
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const [command, args] = line.startsWith('=>') ? steps.pop()! : parseStep(line);
    steps.push(line.startsWith('=>') ? [command, args, valueOf(line.slice(2).trim())] : [command, args]);
  }
  return steps;
}

function parseStep(line: string): Step {
  const [command, rest = ''] = splitOnce(line, ' ');
  if (command === 'hmp') return ['human-monitor-command', { 'command-line': rest }];
  if (command === 'qemu-io') {
    const [device, work] = splitOnce(rest, ' ');
    return ['human-monitor-command', { 'command-line': `qemu-io ${device} "${work}"` }];
  }
  const args: Members = {};
  for (const word of splitWords(rest)) {
    const [name, value = ''] = splitOnce(word, '=');
    place(args, name.split('.'), valueOf(value));
  }
  return rest === '' ? [command] : [command, args];
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** Words end at blanks outside quotes, brackets and braces. */
function splitWords(text: string): string[] {
  const words: string[] = [];
  let [word, depth, quoted] = ['', 0, false];
  for (const char of `${text} `) {
    if (char === '"') quoted = !quoted;
    else if (!quoted && '{['.includes(char)) depth++;
    else if (!quoted && '}]'.includes(char)) depth--;
    if (char !== ' ' || quoted || depth > 0) word += char;
    else if (word !== '') {
      words.push(word);
      word = '';
    }
  }
  return words;
}

function place(members: Members, path: readonly string[], value: unknown): void {
  const [name, ...rest] = path as [string, ...string[]];
  if (rest.length === 0) members[name] = value;
  else place((members[name] ??= {}) as Members, rest, value);
}

const UNITS = 'KMGTPE';

function valueOf(text: string): unknown {
  const number = /^(-?\d+)([KMGTPE]?)(?:\+(\d+))?$/.exec(text);
  if (number !== null) return integer(BigInt(number[1]!) * 1024n ** BigInt(UNITS.indexOf(number[2]! || '-') + 1) + BigInt(number[3] ?? 0));
  return /^(true|false|null)$|^["{[]/.test(text) ? JSON5.parse<unknown>(text) : text;
}

const integer = (value: bigint): number | bigint => (Number.isSafeInteger(Number(value)) ? Number(value) : value);
