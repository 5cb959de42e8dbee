import { visibleCandidates } from '../state/completion-popup.ts';
import type { CompletionPopup } from '../state/completion-popup.ts';
import { cutCells, padCells } from '../text/fit-cells.ts';
import { cellWidth } from '../text/graphemes.ts';
import { printableLine } from '../text/printable.ts';
import { theme } from '../theme.ts';

/** One row for each candidate in sight: a mark for the chosen one, its label, and a few words; then how many more there are. */
export function popupLines(popup: CompletionPopup, width: number, room: number): { text: string; cells: number }[] {
  const isCut = popup.candidates.length > room;
  const { first, rows } = visibleCandidates(popup, isCut ? room - 1 : room);
  const labels = rows.map((row) => printableLine(row.label));
  const labelWidth = Math.min(Math.max(...labels.map(cellWidth), 8), Math.floor(width * 0.6));
  const details = rows.map((row) => printableLine(row.detail ?? ''));
  const detailWidth = Math.max(0, Math.min(Math.max(...details.map(cellWidth), 0), width - labelWidth - 8));
  const cells = labelWidth + detailWidth + (detailWidth > 0 ? 7 : 5);
  const shown = labels.map((label, index) => {
    const isChosen = first + index === popup.selected;
    const name = padCells(cutCells(label, labelWidth), labelWidth);
    const detail = padCells(cutCells(details[index] ?? '', detailWidth), detailWidth);
    const body = ` ${isChosen ? '▸' : ' '} ${name}${detailWidth > 0 ? `  ${isChosen ? detail : theme.dim(detail)}` : ''} `;
    return { text: `${theme.dim('│')}${isChosen ? theme.chosen(body) : body}`, cells };
  });
  if (!isCut) return shown;
  const more = `${first + rows.length} of ${popup.candidates.length}`;
  return [...shown, { text: theme.dim(`│   ${cutCells(more, width - 5)}`), cells }];
}
