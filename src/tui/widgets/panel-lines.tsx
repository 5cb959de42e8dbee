import { Box, Text } from 'ink';
import type { JSX } from 'react';
import type { PanelProps } from '../panel.ts';

/** A panel's lines below each other. */
export function PanelLines({ lines, width }: PanelProps): JSX.Element {
  return (
    <Box flexDirection="column" width={width}>
      {lines.map((line, index) => <Text key={index}>{line}</Text>)}
    </Box>
  );
}
