import { Box } from 'ink';
import type { JSX } from 'react';
import { PanelLines } from '../widgets/panel-lines.tsx';

/** The list of candidates, `cells` wide, under its word where the width allows. */
export function Popup({ lines, cells, column, width }: { lines: readonly string[]; cells: number; column: number; width: number }): JSX.Element {
  const indent = Math.max(0, Math.min(column - 4, width - cells));
  return (
    <Box paddingLeft={indent}>
      <PanelLines lines={lines} width={width - indent} />
    </Box>
  );
}
