import type { Off } from '../qmp/link.ts';
import type { ReplayLink } from '../shell/replay/replay-link.ts';
import type { TimedEntry } from '../shell/replay/recording.ts';
import type { Session } from '../shell/session.ts';
import type { KeyBinding } from './keys/key-bindings.ts';
import type { ScreenStore } from './state/screen-store.ts';
import { theme } from './theme.ts';
import { outputLines } from './views/output-lines.ts';
import { echoLines } from './views/prompt-rows.ts';
import { timeText } from './views/timeline-row.ts';

export interface ReplayControlsOptions {
  readonly link: ReplayLink;
  readonly session: Session;
  readonly store: ScreenStore;
  readonly print: (lines: readonly string[]) => void;
}

type Row = readonly [name: string, keys: readonly string[], perform: () => void, description: string];

const row = (...[name, keys, perform, description]: Row): KeyBinding => ({ name: `replay-${name}`, when: 'timeline', keys, action: { perform }, description });

/** Plays a recording on the screen: its lines and their output are printed, the time line follows, keys move it. */
export class ReplayControls {
  readonly bindings: readonly KeyBinding[];
  readonly #options: ReplayControlsOptions;
  readonly #offs: Off[] = [];

  constructor(options: ReplayControlsOptions) {
    this.#options = options;
    const { player } = options.link;
    const skip = (seconds: number) => () => player.seek(player.timeline.positionMs + seconds * 1000);
    this.bindings = [
      row('play', [' ', 'enter'], () => player.toggle(), 'plays or pauses; at the end: from the start'),
      row('step', ['.'], () => player.step(), 'pauses, and goes on to what happens next'),
      row('back', ['left'], skip(-5), '5 s back'),
      row('on', ['right'], skip(5), '5 s on'),
      row('minute-back', ['shift+left', 'ctrl+left'], skip(-60), 'a minute back'),
      row('minute-on', ['shift+right', 'ctrl+right'], skip(60), 'a minute on'),
      row('start', ['home'], () => player.seek(0), 'to the start'),
      row('end', ['end'], () => player.seek(player.timeline.lengthMs), 'to the end'),
      row('faster', ['+', '='], () => player.faster(2), 'twice as fast'),
      row('slower', ['-'], () => player.faster(0.5), 'half as fast'),
    ];
  }

  start(): void {
    const { link, session, store, print } = this.#options;
    this.#offs.push(
      link.onEntry((timed) => this.#onEntry(timed)),
      link.player.onChange((timeline, isJump) => {
        store.dispatch({ type: 'timeline', timeline });
        if (!isJump) return;
        print([theme.dim(`── ${timeText(timeline.positionMs)} ──`)]);
        void session.live.refresh();
      }),
    );
    link.player.play();
  }

  close(): void {
    for (const off of this.#offs) off();
  }

  #onEntry(timed: TimedEntry): void {
    if (timed.kind !== 'line' && timed.kind !== 'outcome') return;
    const { entry } = timed;
    const { print } = this.#options;
    if ('line' in entry) print(echoLines(entry.line));
    else if ('outcome' in entry) print(entry.outcome.outputs.flatMap(outputLines));
  }
}
