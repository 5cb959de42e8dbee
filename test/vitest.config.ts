import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    testTimeout: 60_000,
    hookTimeout: 90_000,
    maxWorkers: 2,
    globalSetup: 'test/support/watchdog/watch-workers.ts',
    setupFiles: 'test/support/watchdog/told-progress.ts',
  },
});
