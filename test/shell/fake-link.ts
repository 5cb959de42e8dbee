import { readFileSync } from 'node:fs';
import { QapiError } from '../../src/qapi/qapi-error.ts';
import { LinkError } from '../../src/qmp/link.ts';
import type { Link, LinkState, QmpEvent } from '../../src/qmp/link.ts';

type Row = Record<string, unknown>;
type Answer = unknown;
type Args = Readonly<Row>;

/** What a real QEMU 7.2 answered, with a stream, a ready mirror and a paused backup running; the schema is cut down. */
export const recorded = JSON.parse(readFileSync(new URL('recorded/qemu-7.2.json', import.meta.url), 'utf8')) as Record<string, Answer>;

export const recordedEvents = recorded.events as QmpEvent[];

export interface FakeLink extends Link {
  /** Every command executed, in order. */
  readonly sent: { command: string; args?: Args | undefined }[];
  /** Answers by command; a function gets the arguments, an Error is thrown. */
  readonly answers: Record<string, Answer>;
  /** While true nothing is answered; execute fails after its deadline, as a link's does. */
  hangs: boolean;
  emit(event: string, data?: Row): void;
  setState(state: LinkState): void;
}

/** A link that answers from recorded replies, in a later turn. */
export function createFakeLink(answers: Record<string, Answer> = {}): FakeLink {
  const events = new Set<(event: QmpEvent) => void>();
  const states = new Set<(state: LinkState) => void>();
  const ready: LinkState = { state: 'ready', version: { qemu: { major: 7, minor: 2, micro: 22 }, package: '' } };
  const off = <T>(set: Set<T>, listener: T) => {
    set.add(listener);
    return () => set.delete(listener);
  };
  const known: Record<string, Answer> = { ...recorded, ...answers };
  const link: FakeLink & { state: LinkState } = {
    label: 'fake', state: ready, sent: [], answers: known, hangs: false,
    execute: async (command, args, options) => {
      link.sent.push({ command, args });
      await new Promise((resolve) => setImmediate(resolve));
      if (link.hangs) {
        await new Promise((resolve) => setTimeout(resolve, options?.deadlineMs ?? 30_000));
        throw new LinkError('deadline', `no answer to ${command}`);
      }
      if (!(command in known)) throw new QapiError(`The command ${command} has not been found`, { class: 'CommandNotFound' });
      const answer = known[command];
      const value = typeof answer === 'function' ? (answer as (args?: Args) => unknown)(args) : answer;
      if (value instanceof Error) throw value;
      return structuredClone(value);
    },
    request: async (message) => {
      const id = 'id' in message ? { id: message.id } : {};
      try {
        return { return: await link.execute(String(message.execute), message.arguments as Args | undefined), ...id };
      } catch (error) {
        if (!(error instanceof QapiError)) throw error;
        return { error: { class: error.class, desc: error.desc }, ...id };
      }
    },
    retry: () => undefined,
    onEvent: (listener) => off(events, listener),
    onState: (listener) => off(states, listener),
    onTraffic: () => () => undefined,
    close: async () => link.setState({ state: 'closed', reason: 'closed' }),
    emit: (event, data = {}) => {
      for (const listener of events) listener({ event, data, timestamp: { seconds: 1, microseconds: 0 } });
    },
    setState: (state) => {
      link.state = state;
      for (const listener of states) listener(state);
    },
  };
  return link;
}
