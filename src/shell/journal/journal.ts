import type { Link, Off, Traffic } from '../../qmp/link.ts';
import { asksForSecret, messageWithoutSecrets, replyWithoutSecret } from '../secret-members.ts';
import { withoutSecrets } from '../secrets.ts';
import type { Outcome } from '../session.ts';
import type { JournalEntry, JournalHeader } from './entry.ts';

type Listener = (entry: JournalEntry) => void;
type Message = Traffic['message'];

/** Everything that happens in one session, told to whoever writes it down. */
export class Journal {
  readonly #link: Link;
  readonly #listeners = new Set<Listener>();
  readonly #readers = new Set<Listener>();
  readonly #offs: Off[] = [];
  /** Requests under way whose replies are secrets. */
  readonly #secretReplies = new Set<unknown>();

  constructor(link: Link) {
    this.#link = link;
  }

  /** What a file with this session begins with. */
  header(): JournalHeader {
    const { label, state } = this.#link;
    return { qmon: 'session', format: 1, time: now(), label, ...(state.state === 'ready' && { version: state.version }) };
  }

  /** Only what was entered and printed. */
  onReading(listener: Listener): Off {
    this.#readers.add(listener);
    return () => this.#readers.delete(listener);
  }

  /** Everything. Traffic is looked at only as long as somebody listens. */
  onEntry(listener: Listener): Off {
    if (this.#listeners.size === 0) this.#listen();
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) for (const off of this.#offs.splice(0)) off();
    };
  }

  /** A line was entered. */
  line(text: string): void {
    this.#tellAll({ time: now(), line: withoutSecrets(text) });
  }

  /** Something was printed for it. */
  outcome({ status, outputs }: Outcome): void {
    this.#tellAll({ time: now(), outcome: { status, outputs: outputs.map(({ kind, text }) => ({ kind, text })) } });
  }

  #listen(): void {
    this.#offs.push(
      this.#link.onTraffic((traffic) => this.#onTraffic(traffic)),
      this.#link.onState((state) => this.#tell({ time: now(), state })),
    );
  }

  #onTraffic({ direction, message }: Traffic): void {
    if (direction === 'received') this.#tell({ time: now(), received: this.#redactReply(message) });
    else {
      if (asksForSecret(message)) this.#secretReplies.add(message.id);
      this.#tell({ time: now(), sent: messageWithoutSecrets(message) });
    }
  }

  #redactReply(message: Message): Message {
    const isSecret = 'id' in message && this.#secretReplies.delete(message.id);
    return messageWithoutSecrets(isSecret ? replyWithoutSecret(message) : message);
  }

  #tellAll(entry: JournalEntry): void {
    for (const reader of this.#readers) reader(entry);
    this.#tell(entry);
  }

  #tell(entry: JournalEntry): void {
    for (const listener of this.#listeners) listener(entry);
  }
}

function now(): string {
  return new Date().toISOString();
}
