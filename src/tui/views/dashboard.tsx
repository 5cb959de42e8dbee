import { Box } from 'ink';
import type { JSX } from 'react';
import { PanelLines } from '../widgets/panel-lines.tsx';
import type { PanelRow } from './panel-stack.ts';

/** The panels on screen: rows of panels, side by side where there are two. */
export function Dashboard({ rows, spaced }: { rows: readonly PanelRow[]; spaced: boolean }): JSX.Element {
  return (
    <Box flexDirection="column">
      {rows.map((row, index) => (
        <Box key={row.map(({ panel }) => panel.id).join()} columnGap={3} marginTop={spaced && index > 0 ? 1 : 0}>
          {row.map(({ panel: { id, view: View = PanelLines }, lines, width }) => <View key={id} lines={lines} width={width} />)}
        </Box>
      ))}
    </Box>
  );
}
