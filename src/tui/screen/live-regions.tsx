import * as ink from 'ink';
import { panels as registry } from '../panel.ts';
import type { Panel, PanelModel } from '../panel.ts';
import type { CompletionPopup } from '../state/completion-popup.ts';
import { theme } from '../theme.ts';
import { Dashboard } from '../views/dashboard.tsx';
import { stackPanels } from '../views/panel-stack.ts';
import type { PanelRow } from '../views/panel-stack.ts';
import { Popup, popupLines } from '../views/popup.tsx';
import { InkRoot } from './ink-root.ts';
import { fillSlots, slot } from './line-slots.ts';

export interface PanelView {
  readonly model: PanelModel;
  readonly hidden: readonly string[];
  readonly width: number;
  readonly height: number;
  /** Blank lines between panels where there is room for them. */
  readonly spaced: boolean;
}

export interface PopupView {
  readonly popup: CompletionPopup;
  /** The cell where the completed word begins. */
  readonly column: number;
  readonly width: number;
  readonly room: number;
}

/** The regions that ink lays out, one root each, so that a change in one costs nothing in the other. */
export class LiveRegions {
  readonly panels: readonly Panel[];
  readonly #panelRoot = new InkRoot(ink);
  readonly #popupRoot = new InkRoot(ink);
  #panelLayout: { readonly key: string; readonly rows: readonly string[] } = { key: '', rows: [] };

  constructor(panels: readonly Panel[]) {
    this.panels = panels;
  }

  panelRows({ model, hidden, width, height, spaced }: PanelView): readonly string[] {
    const shown = this.panels.filter((panel) => !hidden.includes(panel.id));
    if (shown.length === 0 || height < 2) return [];
    const rows = stackPanels(shown, model, { width, height });
    const used = rows.reduce((sum, row) => sum + Math.max(...row.map(({ lines }) => lines.length)), 0);
    const hasRoom = spaced && used + rows.length - 1 <= height;
    const lines = fillSlots(this.#layOutPanels(rows, hasRoom, width), rows.flat().flatMap((placed) => placed.lines));
    // Where there is room, a thin rule sets the panels off from the output above them.
    return !spaced && used < height ? [theme.dim('─'.repeat(width)), ...lines] : lines;
  }

  popupRows({ popup, column, width, room }: PopupView): readonly string[] {
    const lines = popupLines(popup, width, room);
    const cells = Math.max(...lines.map((line) => line.cells));
    const rows = this.#popupRoot.render(<Popup lines={slots(0, lines.length)} cells={cells} column={column} width={width} />, width);
    return fillSlots(rows, lines.map((line) => line.text));
  }

  close(): void {
    this.#panelRoot.close();
    this.#popupRoot.close();
  }

  /** Ink works only when panels come, go, or change their sizes. */
  #layOutPanels(rows: readonly PanelRow[], spaced: boolean, width: number): readonly string[] {
    const sizes = rows.map((row) => row.map(({ panel, lines, width: cells }) => `${panel.id} ${lines.length}x${cells}`).join('|'));
    const key = `${width} ${spaced} ${sizes.join('/')}`;
    if (key === this.#panelLayout.key) return this.#panelLayout.rows;
    let used = 0;
    const stand = rows.map((row) => row.map((placed) => {
      const lines = slots(used, placed.lines.length);
      used += lines.length;
      return { ...placed, lines };
    }));
    this.#panelLayout = { key, rows: this.#panelRoot.render(<Dashboard rows={stand} spaced={spaced} />, width) };
    return this.#panelLayout.rows;
  }
}

/** Loads every panel; importing this file is what loads ink and react. */
export async function loadLiveRegions(): Promise<LiveRegions> {
  return new LiveRegions(await registry.loadAll());
}

function slots(from: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => slot(from + index));
}
