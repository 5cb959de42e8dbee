import { QapiError } from '../../qapi/qapi-error.ts';
import type { QapiErrorClass } from '../../qapi/qapi-error.ts';
import type { Link, LinkState, Off, QmpEvent, Traffic } from '../../qmp/link.ts';
import { onlyAsks } from '../only-asks.ts';
import { Answers } from './answers.ts';
import { Player } from './player.ts';
import type { Recording, TimedEntry } from './recording.ts';

type Message = Readonly<Record<string, unknown>>;

/** A link whose far end is a recording: it answers what was answered then, and changes nothing. */
export class ReplayLink implements Link {
  readonly label: string;
  readonly player: Player;
  readonly #recording: Recording;
  readonly #answers: Answers;
  readonly #events = new Set<(event: QmpEvent) => void>();
  readonly #states = new Set<(state: LinkState) => void>();
  readonly #traffic = new Set<(traffic: Traffic) => void>();
  readonly #entries = new Set<(entry: TimedEntry) => void>();
  #state: LinkState;

  constructor({ entries, ...rest }: Recording, speed: number) {
    // That the session was left once does not end its replay.
    const recording = { ...rest, entries: entries.filter((timed) => stateOf(timed)?.state !== 'closed') };
    this.#recording = recording;
    this.#answers = new Answers(recording.entries);
    this.label = `recording of ${recording.header.label}`;
    this.#state = this.#stateAt(0);
    this.player = new Player(recording, speed, (entry) => this.#play(entry));
    this.player.onChange(({ positionMs }, isJump) => isJump && this.#setState(this.#stateAt(positionMs)));
  }

  get state(): LinkState {
    return this.#state;
  }

  /** Milliseconds, on the clock of the recording. */
  nowMs(): number {
    return this.#recording.startedMs + this.player.timeline.positionMs;
  }

  async execute(command: string, args?: Message): Promise<unknown> {
    const reply = await this.request(args === undefined ? { execute: command } : { execute: command, arguments: args });
    if (!('error' in reply)) return reply.return;
    const { class: errorClass, desc } = reply.error as { class: QapiErrorClass; desc: string };
    throw new QapiError(desc, { class: errorClass });
  }

  async request(message: Message): Promise<Message> {
    const command = String(message.execute ?? message['exec-oob']);
    const recorded = this.#answers.at(message, this.player.timeline.positionMs);
    const { id: _, ...reply } = recorded !== undefined && (onlyAsks(command) || command === 'human-monitor-command') ? recorded : refusal(command);
    return 'id' in message ? { ...reply, id: message.id } : reply;
  }

  onEvent(listener: (event: QmpEvent) => void): Off {
    return subscribe(this.#events, listener);
  }

  onState(listener: (state: LinkState) => void): Off {
    return subscribe(this.#states, listener);
  }

  onTraffic(listener: (traffic: Traffic) => void): Off {
    return subscribe(this.#traffic, listener);
  }

  /** What is being played: lines and what they printed are not traffic. */
  onEntry(listener: (entry: TimedEntry) => void): Off {
    return subscribe(this.#entries, listener);
  }

  retry(): void {
    this.player.toggle();
  }

  async close(): Promise<void> {
    this.player.close();
    this.#setState({ state: 'closed', reason: 'closed here' });
  }

  #play(timed: TimedEntry): void {
    for (const listener of this.#entries) listener(timed);
    // Nobody looks at the traffic most of the time, and it is long.
    if (this.#traffic.size === 0 && (timed.kind === 'sent' || timed.kind === 'reply')) return;
    const { entry } = timed;
    if ('state' in entry) this.#setState(entry.state);
    if ('sent' in entry) for (const listener of this.#traffic) listener({ direction: 'sent', message: entry.sent });
    if ('received' in entry) {
      for (const listener of this.#traffic) listener({ direction: 'received', message: entry.received });
      if ('event' in entry.received) for (const listener of this.#events) listener({ data: {}, ...entry.received } as unknown as QmpEvent);
    }
  }

  #stateAt(positionMs: number): LinkState {
    const { entries, header } = this.#recording;
    const last = entries.findLast(({ atMs, kind }) => atMs <= positionMs && kind === 'state');
    return (last && stateOf(last)) ?? { state: 'ready', version: header.version ?? { qemu: { major: 0, minor: 0, micro: 0 }, package: '' } };
  }

  #setState(state: LinkState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of this.#states) listener(state);
  }
}

function stateOf(timed: TimedEntry): LinkState | undefined {
  if (timed.kind !== 'state') return undefined;
  const { entry } = timed;
  return 'state' in entry ? entry.state : undefined;
}

function refusal(command: string): Message {
  return onlyAsks(command)
    ? { error: { class: 'CommandNotFound', desc: `'${command}' was never asked in this recording` } }
    : { error: { class: 'GenericError', desc: `'${command}' cannot be carried out: this is a recording` } };
}

function subscribe<Listener>(listeners: Set<Listener>, listener: Listener): Off {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
