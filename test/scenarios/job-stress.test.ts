import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createEngine } from '../../src/engine/create-engine.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { Random, seed } from '../block/drivers/qcow2/support/scratch.ts';
import { describeWithQemu } from '../support/qemu.ts';
import { scratchPlace } from '../support/scratch-place.ts';
import { expectChain, expectContent, expectSound, openFiles } from '../support/stress/check-files.ts';
import { readChain } from '../support/stress/stress-chain.ts';
import type { StressDisk } from '../support/stress/stress-disk.ts';
import { makeDisk } from '../support/stress/stress-disk.ts';
import { StressGuest } from '../support/stress/stress-guest.ts';
import { StressJobs } from '../support/stress/stress-jobs.ts';
import { StressOperator } from '../support/stress/stress-operator.ts';

const ROUNDS = Number(process.env.QMON_ROUNDS ?? 4);
const ACTIONS = 120;
const MAX_MS = 60_000;

describeWithQemu(`jobs that are started, bothered and ended at random (QMON_SEED=${seed})`, () => {
  it(`leave sound images with the right content (${ROUNDS} rounds)`, { timeout: MAX_MS + ROUNDS * 10_000 }, async () => {
    const rounds = Array.from({ length: ROUNDS }, (_, round) => round);
    const worker = async (): Promise<void> => {
      for (let round = rounds.shift(); round !== undefined; round = rounds.shift()) await playRound(round);
    };
    await Promise.all([worker(), worker()]);
    expect(ended, 'jobs').toBeGreaterThan(ROUNDS * 5);
  });
});

let ended = 0;

async function playRound(round: number): Promise<void> {
  // It stays when something is wrong.
  const folder = mkdtempSync(join(scratchPlace(), 'qmon-stress-'));
  const random = new Random(seed + round * 7919);
  const disks = await Promise.all(['d0', 'd1'].map((device) => makeDisk(folder, device, random)));
  const drives = disks.map(({ device, file, format }) => ({ id: device, if: 'none' as const, file, format, discard: 'unmap' as const }));
  const engine = await createEngine({ machine: { drives } });
  const jobs = new StressJobs(engine);
  try {
    await engine.open();
    await stress(engine, { disks, jobs, random, folder });
    const chains = await checkGraph(engine, disks);
    await engine.close();
    expect(openFiles(folder)).toEqual([]);
    for (const [i, disk] of disks.entries()) {
      await expectChain(chains[i]!);
      for (const { file, format } of chains[i]!) if (format !== 'raw') await expectSound(file);
      await expectContent(chains[i]![0]!.file, disk.content.now());
      for (const { file, content } of disk.copies.values()) await expectContent(file, content);
    }
  } catch (error) {
    throw new Error(`round ${round} (QMON_SEED=${seed}): ${(error as Error).message}\n${jobs.log.slice(-150).join('\n')}`, { cause: error });
  } finally {
    await engine.close();
  }
  ended += jobs.ended;
  rmSync(folder, { recursive: true, force: true });
}

interface Stress {
  readonly disks: readonly StressDisk[];
  readonly jobs: StressJobs;
  readonly random: Random;
  readonly folder: string;
}

async function stress(engine: Engine, { disks, jobs, random, folder }: Stress): Promise<void> {
  const stop = new AbortController();
  const guests = disks.map((disk) => new StressGuest(disk, engine.machine.driveNamed(disk.device).backend, new Random(random.below(2 ** 31))).play(stop.signal));
  const operator = new StressOperator({ engine, folder, disks, jobs, random });
  try {
    await Promise.race([...guests, operator.play(ACTIONS).then(() => jobs.finish())]);
  } finally {
    stop.abort();
    await Promise.all(guests);
  }
}

/** Nothing is open but the chains of the disks, and nothing is blocked. */
async function checkGraph(engine: Engine, disks: readonly StressDisk[]) {
  const chains = await Promise.all(disks.map(({ device }) => readChain(engine, device)));
  const nodes = await engine.execute('query-named-block-nodes') as { file: string }[];
  const expected = chains.flat().flatMap(({ file }) => [file, file]);
  expect(nodes.map(({ file }) => file).sort()).toEqual(expected.sort());
  return chains;
}
