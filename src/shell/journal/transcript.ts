import { eventOutput } from '../event-text.ts';
import { messageWithoutSecrets } from '../secret-members.ts';
import { formatJson } from '../../util/lossless-json.ts';
import type { Link, Off, QmpEvent } from '../../qmp/link.ts';
import type { JournalEntry, JournalHeader } from './entry.ts';
import type { Journal } from './journal.ts';

/** What is kept of lines and what they printed, and of events: so many characters, so many events. */
const mostCharacters = 16 << 20;
const mostEvents = 5000;

interface Kept<Value> {
  /** Orders what was printed and what happened. */
  readonly place: number;
  readonly value: Value;
}

/** What a person saw of a session: lines, what was printed, and events. Kept in memory, within bounds. */
export class Transcript {
  readonly #header: JournalHeader;
  readonly #offs: Off[];
  #place = 0;
  #printed: Kept<JournalEntry>[] = [];
  #characters = 0;
  #events: Kept<{ readonly time: number; readonly event: QmpEvent }>[] = [];
  #isCut = false;

  constructor(journal: Journal, link: Link) {
    this.#header = journal.header();
    this.#offs = [
      journal.onReading((entry) => this.#addPrinted(entry)),
      link.onEvent((event) => this.#addEvent(event)),
    ];
  }

  /** One JSON object a line, as a recording has them. */
  ndjson(): string {
    return [this.#header, ...this.#entries()].map((entry) => `${formatJson(entry)}\n`).join('');
  }

  /** For people: each line as a heading, what it printed as a block, events in between. */
  markdown(): string {
    const lost = this.#isCut ? ['(older entries are not kept)'] : [];
    return [`# qmon on ${this.#header.label}`, `From ${this.#header.time}.`, ...lost, ...this.#entries().flatMap(markdownOf)].join('\n\n') + '\n';
  }

  close(): void {
    for (const off of this.#offs) off();
  }

  #entries(): JournalEntry[] {
    const happened = this.#events.map(({ place, value: { time, event } }): Kept<JournalEntry> =>
      ({ place, value: { time: new Date(time).toISOString(), received: messageWithoutSecrets({ ...event }) } }));
    return [...this.#printed, ...happened].sort((one, other) => one.place - other.place).map(({ value }) => value);
  }

  #addPrinted(entry: JournalEntry): void {
    this.#printed.push({ place: this.#place++, value: entry });
    this.#characters += charactersOf(entry);
    while (this.#characters > mostCharacters && this.#printed.length > 1) {
      this.#isCut = true;
      this.#characters -= charactersOf(this.#printed.shift()!.value);
    }
  }

  /** Cut in one go, so that a flood does not move the array for every event. */
  #addEvent(event: QmpEvent): void {
    this.#events.push({ place: this.#place++, value: { time: Date.now(), event } });
    if (this.#events.length <= 2 * mostEvents) return;
    this.#events = this.#events.slice(-mostEvents);
    this.#isCut = true;
  }
}

function charactersOf(entry: JournalEntry): number {
  if ('line' in entry) return entry.line.length + 100;
  return 'outcome' in entry ? entry.outcome.outputs.reduce((sum, { text }) => sum + text.length, 100) : 0;
}

function markdownOf(entry: JournalEntry): string[] {
  const time = entry.time.slice(11, 19);
  if ('line' in entry) return [entry.line.includes('\n') ? `## ${time}\n\n${block(entry.line, '')}` : `## ${time} ${code(entry.line)}`];
  if ('outcome' in entry) return entry.outcome.outputs.map(({ kind, text }) => (kind === 'error' ? `**Failed**\n\n${block(text, '')}` : block(text, kind === 'json' ? 'json' : '')));
  if ('received' in entry) return [`> ${code(eventOutput(entry.received as unknown as QmpEvent).text)}`];
  return [];
}

/** A fence longer than any in the text. */
function block(text: string, language: string): string {
  const fence = '`'.repeat(Math.max(3, longestTicks(text) + 1));
  return `${fence}${language}\n${text}\n${fence}`;
}

function code(text: string): string {
  const ticks = '`'.repeat(longestTicks(text) + 1);
  const blank = ticks.length > 1 ? ' ' : '';
  return `${ticks}${blank}${text}${blank}${ticks}`;
}

function longestTicks(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
}
