import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { BlockGraph } from '../../src/block/graph.ts';
import { createEngine } from '../../src/engine/create-engine.ts';
import type { Engine, EngineOptions } from '../../src/engine/engine.ts';
import { QapiError } from '../../src/qapi/qapi-error.ts';

/** A folder that lives as long as the test. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'qmon-engine-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export interface TestEngine {
  readonly engine: Engine;
  /** Every event so far: name and data. */
  readonly events: [name: string, data: unknown][];
  /** Runs a command; an error comes back as `Class: text`. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- every command has a reply of its own
  readonly run: (name: string, args?: Record<string, unknown>) => Promise<any>;
}

/** An engine that is closed when the test ends. */
export async function openEngine(options: EngineOptions): Promise<TestEngine> {
  const engine = await createEngine(options);
  const events: [string, unknown][] = [];
  engine.onEvent(({ event, data }) => events.push([event, data]));
  onTestFinished(() => engine.close());
  const run = (name: string, args: Record<string, unknown> = {}) => engine.execute(name, args).catch((error: unknown) => {
    if (!(error instanceof QapiError)) throw error;
    return `${error.class}: ${error.desc}`;
  });
  return { engine, events, run };
}

/** Makes an image with qmon's own writers. */
export async function makeImage(filename: string, request: { format?: string; size?: number; backing?: { filename: string; format: string } } = {}) {
  const graph = new BlockGraph();
  await graph.createImage({ filename, format: request.format ?? 'raw', size: request.size ?? 1024 * 1024, backing: request.backing });
  await graph.closeAll();
}
