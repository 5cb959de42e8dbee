import { panels as registry } from '../panel.ts';
import type { Panel } from '../panel.ts';
import type { CompletionPopup } from '../state/completion-popup.ts';
import { theme } from '../theme.ts';
import type { SeenPanel } from '../views/seen-panel.ts';
import { stackPanels } from '../views/panel-stack.ts';
import { popupLines } from '../views/popup-lines.ts';
import type { InkLayout } from './ink-layout.tsx';

export interface PanelRegion {
  readonly panels: readonly SeenPanel[];
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

/** The regions above the prompt. Panels that simply stand below each other need no layout; until ink is there, all of them do. */
export class LiveRegions {
  readonly panels: readonly Panel[];
  #layout: InkLayout | undefined;

  constructor(panels: readonly Panel[]) {
    this.panels = panels;
  }

  /** Loads ink, for what stands side by side, apart, or under a word. */
  async loadLayout(): Promise<void> {
    const { InkLayout } = await import('./ink-layout.tsx');
    this.#layout = new InkLayout();
  }

  panelRows({ panels, width, height, spaced }: PanelRegion): readonly string[] {
    if (panels.length === 0 || height < 2) return [];
    const layout = this.#layout;
    const rows = stackPanels(panels, { width, height, beside: layout !== undefined });
    const used = rows.reduce((sum, row) => sum + Math.max(...row.map(({ lines }) => lines.length)), 0);
    const hasRoom = spaced && used + rows.length - 1 <= height;
    const isSimple = !hasRoom && rows.every((row) => row.length === 1 && row[0]?.panel.view === undefined);
    const lines = layout === undefined || isSimple ? rows.flat().flatMap((placed) => placed.lines) : layout.panelRows(rows, hasRoom, width);
    // Where there is room, a thin rule sets the panels off from the output above them.
    return !spaced && used < height ? [theme.dim('─'.repeat(width)), ...lines] : lines;
  }

  popupRows({ popup, column, width, room }: PopupView): readonly string[] {
    return this.#layout?.popupRows({ lines: popupLines(popup, width, room), column, width }) ?? [];
  }

  close(): void {
    this.#layout?.close();
  }
}

/** Loads every panel. */
export async function loadLiveRegions(): Promise<LiveRegions> {
  return new LiveRegions(await registry.loadAll());
}
