import * as ink from 'ink';
import { panels as registry } from '../panel.ts';
import type { Panel, PanelModel } from '../panel.ts';
import type { CompletionPopup } from '../state/completion-popup.ts';
import { theme } from '../theme.ts';
import { Dashboard } from '../views/dashboard.tsx';
import { stackPanels } from '../views/panel-stack.ts';
import { Popup } from '../views/popup.tsx';
import { InkRoot } from './ink-root.ts';

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

  constructor(panels: readonly Panel[]) {
    this.panels = panels;
  }

  panelRows({ model, hidden, width, height, spaced }: PanelView): readonly string[] {
    const shown = this.panels.filter((panel) => !hidden.includes(panel.id));
    if (shown.length === 0 || height < 2) return [];
    const rows = stackPanels(shown, model, { width, height });
    const used = rows.reduce((sum, row) => sum + Math.max(...row.map(({ lines }) => lines.length)), 0);
    const hasRoom = spaced && used + rows.length - 1 <= height;
    const lines = this.#panelRoot.render(<Dashboard rows={rows} spaced={hasRoom} />, width);
    // Where there is room, a thin rule sets the panels off from the output above them.
    return !spaced && used < height ? [theme.dim('─'.repeat(width)), ...lines] : lines;
  }

  popupRows(view: PopupView): readonly string[] {
    return this.#popupRoot.render(<Popup {...view} />, view.width);
  }

  close(): void {
    this.#panelRoot.close();
    this.#popupRoot.close();
  }
}

/** Loads every panel; importing this file is what loads ink and react. */
export async function loadLiveRegions(): Promise<LiveRegions> {
  return new LiveRegions(await registry.loadAll());
}
