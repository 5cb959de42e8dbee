import { formatJson } from '../../util/lossless-json.ts';
import type { TimedEntry } from './recording.ts';

type Message = Readonly<Record<string, unknown>>;

/** The replies of a recording, by what was asked. */
export class Answers {
  readonly #byRequest = new Map<string, TimedEntry[]>();

  constructor(entries: readonly TimedEntry[]) {
    const open = new Map<unknown, string>();
    for (const timed of entries) {
      if (timed.kind === 'sent' && 'sent' in timed.entry) open.set(timed.id, keyOf(timed.entry.sent));
      const key = timed.kind === 'reply' ? open.get(timed.id) : undefined;
      if (key === undefined) continue;
      open.delete(timed.id);
      const known = this.#byRequest.get(key);
      if (known) known.push(timed);
      else this.#byRequest.set(key, [timed]);
    }
  }

  /** What was answered last at that time; before the first time, what was answered first. */
  at(request: Message, atMs: number): Message | undefined {
    const answers = this.#byRequest.get(keyOf(request)) ?? [];
    let low = 0;
    let high = answers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (answers[middle]!.atMs <= atMs) low = middle + 1;
      else high = middle;
    }
    const entry = answers[Math.max(0, low - 1)]?.entry;
    return entry !== undefined && 'received' in entry ? entry.received : undefined;
  }
}

/** `execute` and `arguments`, whatever the order of the members. */
function keyOf(message: Message): string {
  return `${String(message.execute ?? message['exec-oob'])} ${formatJson(sorted(message.arguments ?? {}))}`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)).map(([key, member]) => [key, sorted(member)]));
}
