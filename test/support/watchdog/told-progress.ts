import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder in which every worker keeps a file, named by its process id, that says what it is about. */
    progressFolder: string;
  }
}

/*
 * Runs in every worker, before each test file. It writes synchronously: a test that never lets go of its thread
 * could not send a message any more.
 */
const path = join(inject('progressFolder'), String(process.pid));
const file = (globalThis as { __vitest_worker__?: { filepath?: string } }).__vitest_worker__?.filepath ?? 'a test file';
const tell = (doing: string) => writeFileSync(path, `${file}\n${doing}`);

tell('loading the file');
beforeEach(({ task }) => tell(`in the test: ${task.suite ? `${task.suite.name} > ` : ''}${task.name}`));
afterEach(({ task }) => tell(`after the test: ${task.name}`));
