import type { PanelModel } from '../panel.ts';
import type { PanelBoard } from '../panel-board.ts';
import type { PanelsState } from '../state/panels-state.ts';
import type { ScreenStore } from '../state/screen-store.ts';
import { plainText, wrappedExtent } from '../text/styled-text.ts';
import { cellWidth } from '../text/graphemes.ts';
import { theme } from '../theme.ts';
import { fullScreenFrame, inlineFrame, inlineHeight, outputRule, panelHeight } from '../views/compose-frame.ts';
import type { Regions } from '../views/compose-frame.ts';
import { liveViewLines } from '../views/live-view-lines.ts';
import { promptRows, promptText } from '../views/prompt-rows.ts';
import { timelineRow } from '../views/timeline-row.ts';
import { statusBar } from '../views/status-bar.ts';
import type { StatusLabels } from '../views/status-bar.ts';
import { translationRows } from '../views/translation-rows.ts';
import type { Terminal } from './frame.ts';
import { EventBuffer } from './event-buffer.ts';
import { FullScreenPainter } from './full-screen-painter.ts';
import { InlinePainter } from './inline-painter.ts';
import { lineText } from './line.ts';
import type { Line } from './line.ts';
import type { LiveRegions } from './live-regions.ts';
import { PrintQueue } from './print-queue.ts';
import { reflowHabit } from './reflow-habit.ts';
import { Scrollback } from './scrollback.ts';

/** Events are printed this often, so that a flood costs 20 paints a second. */
const printIntervalMs = 50;
/** Lines written at once: a terminal takes them synchronously, and keys wait meanwhile. */
const linesPerPaint = 1000;
const popupRoom = 8;
/** A terminal of fewer rows has none for what the line comes to. */
const leastForFoot = 10;

export interface ScreenOptions {
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly skeleton: string;
  readonly labels: StatusLabels;
  readonly store: ScreenStore;
  readonly board: PanelBoard;
  /** What can be done with the chosen row of the panel that has the keys. */
  readonly legalKeys: () => string;
  readonly history: () => readonly string[];
  /** Whether a name is one of a command; undefined while that is not known. */
  readonly knows: (name: string) => boolean | undefined;
}

/** Joins state, output and regions into frames and hands them to the painter of the mode. */
export class MonitorScreen {
  readonly #options: ScreenOptions;
  readonly #scrollback = new Scrollback();
  readonly #queue = new PrintQueue();
  readonly #events = new EventBuffer();
  readonly #inline: InlinePainter;
  readonly #full: FullScreenPainter;
  #mode: 'inline' | 'full-screen' = 'inline';
  #regions: LiveRegions | undefined;
  #panels: { readonly key: string; readonly model: PanelModel; readonly looked: PanelsState; readonly rows: readonly string[] } | undefined;
  #popup: { readonly key: string; readonly popup: object; readonly rows: readonly string[] } | undefined;
  #isScheduled = false;
  #isShown = true;
  #timer: NodeJS.Timeout | undefined;
  /** How many lines were ever added when the full screen was opened: those after it are printed on the way back. */
  #printedUpTo = 0;

  constructor(options: ScreenOptions) {
    this.#options = options;
    this.#inline = new InlinePainter(options.terminal, reflowHabit(options.env), options.skeleton);
    this.#full = new FullScreenPainter(options.terminal);
  }

  /** False while the terminal is given back. */
  get isShown(): boolean {
    return this.#isShown;
  }

  /** Prints lines above the live block: own output at once, events with the next tick. */
  print(lines: readonly Line[], kind: 'own' | 'event'): void {
    if (kind === 'event') {
      this.#events.add(lines);
      this.#timer ??= setTimeout(() => this.#onTick(), printIntervalMs);
      return;
    }
    this.#putEvents();
    this.#put(lines, false);
    this.schedule();
  }

  /** The regions, once they are loaded; again when they can do more. */
  attach(regions: LiveRegions): void {
    this.#regions = regions;
    this.#panels = undefined;
    this.#popup = undefined;
    this.schedule();
  }

  /** Makes all regions anew: their colours are others now. */
  restyle(): void {
    this.#panels = undefined;
    this.#popup = undefined;
    this.schedule();
  }

  showPanels(model: PanelModel): void {
    this.#options.board.model = model;
    this.schedule();
  }

  /** Paints at the end of this turn, once for all changes of it. */
  schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      if (this.#isScheduled) this.paint();
    });
  }

  /** How many rows the output can be scrolled back, and how many make a page. */
  get scrollRange(): { limit: number; page: number } {
    const { rows } = this.#options.terminal;
    return { limit: Math.max(0, this.#scrollback.size - 1), page: Math.max(1, Math.floor(rows / 3)) };
  }

  paint(): void {
    this.#isScheduled = false;
    if (!this.#isShown) return;
    this.#putEvents();
    this.#switchMode();
    if (this.#mode === 'full-screen') this.#paintFull();
    else this.#paintInline();
  }

  resized(): void {
    if (this.#mode === 'full-screen') this.#full.resized();
    else this.#inline.resized();
    this.schedule();
  }

  /** Clears the terminal and begins anew at its top. */
  redraw(): void {
    if (this.#mode === 'full-screen') this.#full.resized();
    else {
      this.#options.terminal.write('\x1b[H\x1b[2J');
      this.#inline.restart();
    }
    this.schedule();
  }

  /** Takes the live block away, and with it the full screen; what is left to print is printed. */
  hide(): void {
    if (!this.#isShown) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#putEvents();
    if (this.#mode === 'full-screen') this.#leaveFullScreen();
    while (!this.#queue.isEmpty) this.#paintInline();
    this.#inline.remove();
    this.#isShown = false;
  }

  /** Shows it again, below whatever the terminal holds now. */
  show(): void {
    this.#isShown = true;
    this.#inline.restart();
    this.schedule();
  }

  close(): void {
    this.hide();
    this.#regions?.close();
  }

  #paintInline(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const room = Math.max(1, this.#options.terminal.rows - inlineHeight(this.#options.terminal.rows));
    const printed = this.#queue.take(linesPerPaint, room, (skipped) => theme.dim(`… ${skipped} more events (F2 shows them)`));
    this.#inline.paint(inlineFrame(this.#layOut(), this.#options.terminal.rows), printed);
    if (!this.#queue.isEmpty) setImmediate(() => this.schedule());
  }

  #paintFull(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { columns, rows } = this.#options.terminal;
    const { scrolledBack } = this.#options.store.state;
    const output = (height: number) => this.#scrollback.rows({ width: columns - 1, height, back: scrolledBack });
    this.#full.paint(fullScreenFrame(this.#layOut(), output, { rows, rule: outputRule(scrolledBack, columns - 1) }));
  }

  #layOut(): Regions {
    const { state } = this.#options.store;
    const { columns, rows } = this.#options.terminal;
    const width = columns - 1;
    const limit = Math.max(1, Math.floor(inlineHeight(rows) / 2));
    const foot = rows < leastForFoot || state.search ? [] : translationRows(state.translation?.told, width);
    const height = panelHeight(this.#mode, rows, state.panels.zoomed !== undefined) - foot.length;
    const timeline = state.timeline === undefined ? [] : [timelineRow(state.timeline, width)];
    const shown = [...state.shown === undefined ? [] : liveViewLines(state.shown, width, height - timeline.length), ...timeline];
    return {
      foot,
      panels: [...this.#panelRows(width, height - shown.length), ...shown],
      popup: this.#popupRows(width, Math.max(1, Math.min(popupRoom, inlineHeight(rows) - 2))),
      status: statusBar(state, { ...this.#options.labels, ...(state.panels.focus !== undefined && { panelKeys: this.#options.legalKeys() }) }, width),
      prompt: promptRows(state, { width, limit, knows: this.#options.knows }, this.#options.history()),
    };
  }

  #panelRows(width: number, height: number): readonly string[] {
    const { panels: looked, link, staleBecause } = this.#options.store.state;
    const { board } = this.#options;
    const { model } = board;
    if (this.#regions === undefined || model === undefined) return [];
    const isOld = link.state !== 'ready' || staleBecause !== undefined;
    const key = `${width}x${height} ${this.#mode} ${isOld}`;
    if (this.#panels?.key === key && this.#panels.model === model && this.#panels.looked === looked) return this.#panels.rows;
    const fresh = this.#regions.panelRows({ panels: board.seen, width, height, spaced: this.#mode === 'full-screen' });
    // What may no longer be true is not shown as bright as what is; the status bar says why.
    const rows = isOld ? fresh.map((row) => theme.dim(plainText(row))) : fresh;
    this.#panels = { key, model, looked, rows };
    return rows;
  }

  #popupRows(width: number, room: number): readonly string[] {
    const { popup, editor } = this.#options.store.state;
    if (this.#regions === undefined || popup === undefined) return [];
    const lineStart = editor.text.lastIndexOf('\n', popup.from - 1) + 1;
    const column = promptText.length + cellWidth(editor.text.slice(lineStart, popup.from));
    const key = `${width}x${room} ${column}`;
    if (this.#popup?.key === key && this.#popup.popup === popup) return this.#popup.rows;
    const rows = this.#regions.popupRows({ popup, column, width, room });
    this.#popup = { key, popup, rows };
    return rows;
  }

  #switchMode(): void {
    const { mode } = this.#options.store.state;
    if (mode === this.#mode) return;
    if (mode === 'inline') this.#leaveFullScreen();
    else {
      while (!this.#queue.isEmpty) this.#paintInline();
      this.#printedUpTo = this.#scrollback.total;
      this.#full.enter();
      this.#mode = mode;
    }
  }

  /** Back on the normal screen: what came meanwhile is printed there, as far as it is kept. */
  #leaveFullScreen(): void {
    this.#full.leave();
    this.#mode = 'inline';
    this.#inline.resized();
    const { lines, forgotten } = this.#scrollback.since(this.#printedUpTo);
    if (forgotten > 0) this.#queue.add([theme.dim(`… ${forgotten} earlier lines are not kept`)], false);
    this.#queue.add(lines, false);
  }

  /** Events go on into the output while the screen is hidden. */
  #onTick(): void {
    this.#timer = undefined;
    this.#putEvents();
    this.paint();
  }

  #putEvents(): void {
    const lines = this.#events.take();
    if (lines.length > 0) this.#put(lines, true);
  }

  #put(lines: readonly Line[], isEvent: boolean): void {
    this.#scrollback.add(lines);
    if (this.#mode === 'inline') this.#queue.add(lines, isEvent);
    else this.#holdPosition(lines);
  }

  /** Output that is scrolled back stays where it is when lines arrive below it. */
  #holdPosition(lines: readonly Line[]): void {
    if (this.#options.store.state.scrolledBack === 0) return;
    const width = this.#options.terminal.columns - 1;
    const rows = lines.reduce((sum, line) => sum + wrappedExtent(lineText(line), width).rows, 0);
    this.#options.store.dispatch({ type: 'scroll', rows, limit: this.scrollRange.limit });
  }
}
