import { Completer } from './completer.ts';
import { KeyActor } from './key-actor.ts';
import { keyBindings } from './keys/key-bindings.ts';
import type { Effect, KeyBinding } from './keys/key-bindings.ts';
import type { KeyEvent } from './keys/key-event.ts';
import { helpPlace, keyHelp, keyMapText } from './keys/key-help.ts';
import { panelBindings } from './keys/panel-bindings.ts';
import { tabBindings } from './keys/tab-bindings.ts';
import { remapKeys } from './keys/remap-keys.ts';
import type { Remapped } from './keys/remap-keys.ts';
import { LineRunner } from './line-runner.ts';
import type { Deed, Panel } from './panel.ts';
import type { TabHost } from './monitor-tabs.ts';
import { PanelActor } from './panel-actor.ts';
import { PanelBoard } from './panel-board.ts';
import { PanelFeed } from './panel-feed.ts';
import { ReplayControls } from './replay-controls.ts';
import type { MonitorOptions } from './run-monitor.tsx';
import type { Terminal } from './screen/frame.ts';
import { LaterLine } from './screen/line.ts';
import { loadLiveRegions } from './screen/live-regions.ts';
import { MonitorScreen } from './screen/monitor-screen.ts';
import { Questions } from './questions.ts';
import { initialScreen } from './state/screen-state.ts';
import type { TabsState } from './state/screen-state.ts';
import { ScreenStore } from './state/screen-store.ts';
import { printableLine } from './text/printable.ts';
import { theme } from './theme.ts';
import { Translator } from './translator.ts';
import { outputLines } from './views/output-lines.ts';

type Off = () => void;

/** How long ink waits for a far end. */
const layoutWaitMs = 250;

/** What one monitor is made of. */
export interface OneMonitorOptions extends Pick<MonitorOptions, 'session' | 'env' | 'skeleton' | 'guestLabel' | 'replay'> {
  readonly terminal: Terminal;
  readonly host: TabHost;
}

/** The monitor of one connection: keys, screen and session joined. */
export class Monitor {
  readonly #options: OneMonitorOptions;
  readonly #terminal: Terminal;
  readonly #store: ScreenStore;
  readonly #board: PanelBoard;
  readonly #actor: PanelActor;
  readonly #screen: MonitorScreen;
  readonly #runner: LineRunner;
  readonly #completer: Completer;
  readonly #translator: Translator;
  readonly #questions: Questions;
  readonly #keys: KeyActor;
  readonly #replay: ReplayControls | undefined;
  readonly #offs: Off[] = [];
  #bindings: readonly KeyBinding[];
  #feed: PanelFeed | undefined;
  #ticker: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(options: OneMonitorOptions) {
    const { session, terminal, env, skeleton = '', guestLabel, host } = options;
    const history = () => session.history.lines;
    const labels = { target: session.link.label, allow: session.safety.allow, ...(guestLabel === undefined ? {} : { guest: guestLabel }) };
    this.#options = options;
    this.#terminal = terminal;
    this.#store = new ScreenStore(initialScreen(session.link.state, performance.now()), history);
    this.#board = new PanelBoard(this.#store);
    this.#actor = new PanelActor(this.#store, this.#board, (deed) => this.#carryOut(deed));
    this.#screen = new MonitorScreen({
      terminal: this.#terminal, env, skeleton, labels, store: this.#store, board: this.#board, legalKeys: () => this.#actor.legalKeys(), history,
      knows: (name) => session.knows(name),
    });
    const print = (lines: readonly string[]) => this.#screen.print(lines, 'own');
    this.#runner = new LineRunner({ session, store: this.#store, print, onLeave: () => host.leave(this, 0), connect: host.connect });
    this.#replay = options.replay && new ReplayControls({ link: options.replay, session, store: this.#store, print });
    this.#bindings = this.#remapped([]).bindings;
    this.#completer = new Completer(session, this.#store);
    this.#translator = new Translator(session, this.#store, (sequence) => this.#terminal.write(sequence));
    this.#questions = new Questions(this.#store, print);
    this.#keys = new KeyActor(this.#store, () => this.#bindings, { effects: this.#effects(), typeFilter: (text) => this.#actor.typeFilter(text) });
  }

  /** Begins, and shows itself. */
  start(banner: readonly string[]): void {
    const { session } = this.#options;
    session.safety.ask = (question) => this.#questions.ask(question);
    this.#offs.push(
      session.link.onState((state) => this.#store.dispatch({ type: 'link', state, nowMs: performance.now() })),
      session.live.onChange(() => this.#translator.follow()),
      // An event is one line.
      session.onEvent((output) => this.#screen.print([new LaterLine(() => outputLines(output).join(' '))], 'event')),
      this.#store.onChange((state, before) => this.#onState(state, before)),
    );
    if (banner.length > 0) this.#screen.print(banner.map(printableLine), 'own');
    this.#replay?.start();
    this.#feed = new PanelFeed(session, (model) => {
      this.#store.dispatch({ type: 'reading', vmStatus: vmStatus(model.snapshot.status), problem: model.snapshot.error });
      this.#screen.showPanels(model);
    });
    this.#screen.schedule();
    void this.#loadRegions();
  }

  press(event: KeyEvent): void {
    if (!this.#isOver) this.#keys.handle(event);
  }

  paint(): void {
    this.#screen.paint();
  }

  /** Takes the live block off the terminal. What is printed meanwhile waits. */
  hide(): void {
    this.#screen.hide();
  }

  show(): void {
    this.#screen.show();
  }

  resized(): void {
    this.#screen.resized();
  }

  /** The colours are others now. */
  restyle(): void {
    this.#screen.restyle();
  }

  /** Sets off what follows in the output. */
  announce(text: string): void {
    this.#screen.print([theme.dim(`── ${printableLine(text)} ──`)], 'own');
  }

  /** Which connections there are beside this one. */
  tellTabs(tabs: TabsState): void {
    this.#store.dispatch({ type: 'tabs', tabs });
  }

  /** Safe to call more than once. */
  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#ticker);
    this.#completer.close();
    this.#translator.close();
    this.#questions.close();
    this.#feed?.close();
    this.#replay?.close();
    for (const off of this.#offs) off();
    this.#screen.close();
  }

  async #loadRegions(): Promise<void> {
    const regions = await loadLiveRegions();
    if (this.#isOver) return;
    this.#board.panels = regions.panels;
    const { bindings, problems } = this.#remapped([...panelToggles(this.#board.panels), ...this.#actor.bindings(), ...panelBindings]);
    this.#bindings = bindings;
    // Only now is known what has a name.
    if (problems.length > 0) this.#screen.print(problems.map((problem) => theme.warn(printableLine(problem))), 'own');
    if (this.#feed) this.#feed.refreshOn = regions.panels.flatMap((panel) => panel.refreshOn);
    this.#hidePanels(regions.panels);
    this.#offs.push(this.#options.session.settings.onChange((name) => name === 'panels' && this.#hidePanels(regions.panels)));
    this.#screen.attach(regions);
    await this.#firstReading();
    if (this.#isOver) return;
    await regions.loadLayout();
    this.#screen.attach(regions);
  }

  /** All keys, as the config file wants them. */
  #remapped(ofPanels: readonly KeyBinding[]): Remapped {
    return remapKeys([...this.#replay?.bindings ?? [], ...keyBindings, ...tabBindings(this.#options.host), ...ofPanels], this.#options.session.settings.keys);
  }

  /** Resolves when the first reading has been painted, which takes no ink: that is a third of the program. A slow far end holds it up no longer. */
  #firstReading(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, layoutWaitMs);
      const off = this.#options.session.live.onChange(() => {
        off();
        clearTimeout(timer);
        setImmediate(resolve);
      });
      this.#offs.push(off, () => clearTimeout(timer));
    });
  }

  /** Shows the panels that the settings name. */
  #hidePanels(panels: readonly Panel[]): void {
    const shown = this.#options.session.settings.get('panels');
    const hidden = shown === 'all' ? [] : panels.map(({ id }) => id).filter((id) => !shown.includes(id));
    this.#store.dispatch({ type: 'panels-hide', ids: hidden });
  }

  #onState(state: ScreenStore['state'], before: ScreenStore['state']): void {
    if (state.editor.text !== before.editor.text || state.editor.cursor !== before.editor.cursor) this.#completer.follow();
    if (state.editor.text !== before.editor.text) this.#translator.follow();
    const counts = state.running !== undefined || state.link.state === 'waiting';
    if (counts && this.#ticker === undefined) {
      this.#ticker = setInterval(() => this.#store.dispatch({ type: 'tick', nowMs: performance.now() }), 250);
    } else if (!counts) {
      clearInterval(this.#ticker);
      this.#ticker = undefined;
    }
    this.#screen.schedule();
  }

  #effects(): Readonly<Record<Effect, () => void>> {
    const scroll = (pages: number) => {
      const { limit, page } = this.#screen.scrollRange;
      this.#store.dispatch({ type: 'scroll', rows: pages * page, limit });
    };
    return {
      ...this.#actor.effects,
      submit: () => this.#submit(),
      'search-submit': () => {
        this.#store.dispatch({ type: 'search-end', keep: true });
        this.#submit();
      },
      answer: () => this.#questions.answer(),
      decline: () => this.#questions.decline(),
      'new-line': () => this.#store.dispatch({ type: 'insert', text: '\n' }),
      complete: () => this.#completer.complete(),
      'copy-qmp': () => void this.#translator.copy(),
      'edit-json': () => void this.#translator.edit(),
      interrupt: () => this.#interrupt(),
      'end-of-input': () => {
        if (this.#store.state.editor.text === '') this.#options.host.leave(this, 0);
        else this.#store.dispatch({ type: 'erase', to: 'right' });
      },
      redraw: () => this.#screen.redraw(),
      help: () => this.#screen.print(keyHelp(this.#bindings, this.#terminal.columns, helpPlace(this.#store.state)), 'own'),
      'key-names': () => this.#screen.print(keyMapText(this.#bindings), 'own'),
      suspend: () => this.#options.host.suspend(),
      'tab-next': () => this.#options.host.turn(1),
      'tab-previous': () => this.#options.host.turn(-1),
      'page-up': () => scroll(1),
      'page-down': () => scroll(-1),
    };
  }

  /** What a panel's row asks for goes the way of what is typed. */
  #carryOut(deed: Deed): void {
    if ('run' in deed) return this.#runner.submit(deed.run);
    if ('forget' in deed) return this.#feed?.forget(deed.forget);
    this.#store.dispatch({ type: 'panel-focus', id: undefined });
    this.#store.dispatch({ type: 'popup-close' });
    this.#store.dispatch({ type: 'set', text: deed.type });
    this.#store.dispatch({ type: 'notice', text: 'Enter runs it, Ctrl-_ takes it back' });
  }

  #submit(): void {
    const { text, cursor } = this.#store.state.editor;
    if (text.trim() === '') {
      this.#store.dispatch({ type: 'reset' });
      this.#options.session.link.retry();
      return;
    }
    if (this.#options.session.isIncomplete(text)) {
      this.#store.dispatch({ type: 'replace', from: cursor, to: cursor, text: '\n' });
      return;
    }
    this.#store.dispatch({ type: 'popup-close' });
    this.#store.dispatch({ type: 'reset' });
    this.#runner.submit(text);
  }

  /** Ctrl-C: stops waiting, else leaves the panel, else clears the line, else asks and then leaves. */
  #interrupt(): void {
    if (this.#runner.interrupt()) return;
    const { editor, askedToLeave, panels } = this.#store.state;
    if (panels.focus !== undefined) this.#store.dispatch({ type: 'panel-focus', id: undefined });
    else if (editor.text !== '') this.#store.dispatch({ type: 'set', text: '' });
    else if (askedToLeave) this.#options.host.leave(this, 0);
    else this.#store.dispatch({ type: 'ask-to-leave' });
  }
}

function panelToggles(panels: readonly Panel[]): KeyBinding[] {
  const single = panels.map((panel): KeyBinding => ({
    when: 'anywhere', keys: [panel.key], action: { type: 'panel-toggle', id: panel.id }, description: `hides or shows ${panel.title}`,
  }));
  const all: KeyBinding = {
    when: 'anywhere', keys: ['f9'], action: { type: 'panels-toggle', ids: panels.map(({ id }) => id) }, description: 'hides or shows all panels',
  };
  // Not localeCompare: its tables would cost the start more than the panels do.
  return [...single.sort((one, other) => ((one.keys[0] ?? '') < (other.keys[0] ?? '') ? -1 : 1)), all];
}

function vmStatus(row: Readonly<Record<string, unknown>> | undefined): string | undefined {
  return typeof row?.status === 'string' ? row.status : undefined;
}
