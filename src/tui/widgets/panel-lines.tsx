import { Box, Text, Transform } from 'ink';
import type { JSX } from 'react';
import type { PanelProps } from '../panel.ts';

/**
 * Finished lines as ink sees them: each goes in through a transform over a blank of constant width,
 * so that ink measures the same text every time and its caches stay small.
 */
export function PanelLines({ lines, width }: PanelProps): JSX.Element {
  const blank = ' '.repeat(width);
  return (
    <Box flexDirection="column" width={width}>
      {lines.map((line, index) => (
        <Transform key={index} transform={() => line}><Text>{blank}</Text></Transform>
      ))}
    </Box>
  );
}
