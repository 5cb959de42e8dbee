import { expect, test } from 'vitest';
import { retryDelayMs } from '../../src/qmp/backoff.ts';

test('waits from a quarter of a second to ten seconds, longer each time, half of it by chance', () => {
  expect([1, 2, 3, 20].map((attempt) => retryDelayMs(attempt, () => 0))).toEqual([250, 500, 1000, 5000]);
  expect([1, 2, 3, 2000].map((attempt) => retryDelayMs(attempt, () => 1))).toEqual([500, 1000, 2000, 10_000]);
});
