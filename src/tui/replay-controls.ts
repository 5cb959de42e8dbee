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

/** Plays a recording on the screen: its lines and their output are printed, the time line follows, keys move it. */
export class ReplayControls {
  readonly bindings: readonly KeyBinding[];
  readonly #options: ReplayControlsOptions;
  readonly #offs: Off[] = [];

  constructor(options: ReplayControlsOptions) {
    this.#options = options;
    const { player } = options.link;
    const key = (keys: string[], perform: () => void, description: string): KeyBinding => ({ when: 'timeline', keys, action: { perform }, description });
    const skip = (seconds: number) => () => player.seek(player.timeline.positionMs + seconds * 1000);
    this.bindings = [
      key([' ', 'enter'], () => player.toggle(), 'plays or pauses; at the end: from the start'),
      key(['.'], () => player.step(), 'pauses, and goes on to what happens next'),
      key(['left'], skip(-5), '5 s back'),
      key(['right'], skip(5), '5 s on'),
      key(['shift+left', 'ctrl+left'], skip(-60), 'a minute back'),
      key(['shift+right', 'ctrl+right'], skip(60), 'a minute on'),
      key(['home'], () => player.seek(0), 'to the start'),
      key(['end'], () => player.seek(player.timeline.lengthMs), 'to the end'),
      key(['+', '='], () => player.faster(2), 'twice as fast'),
      key(['-'], () => player.faster(0.5), 'half as fast'),
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

  #onEntry({ entry }: TimedEntry): void {
    const { print } = this.#options;
    if ('line' in entry) print(echoLines(entry.line));
    else if ('outcome' in entry) print(entry.outcome.outputs.flatMap(outputLines));
  }
}
