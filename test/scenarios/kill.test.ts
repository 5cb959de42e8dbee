import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { BlockGraph } from '../../src/block/graph.ts';
import { Random, seed } from '../block/drivers/qcow2/support/scratch.ts';
import { expectSnapshot, expectSound } from '../support/kill/check-image.ts';
import { DiskModel, SECTOR } from '../support/kill/disk-model.ts';
import type { DiskPlan, Request } from '../support/kill/random-requests.ts';
import { RandomRequests } from '../support/kill/random-requests.ts';
import { describeWithQemu, qemu } from '../support/qemu.ts';
import { scratchPlace } from '../support/scratch-place.ts';

const ROUNDS = Number(process.env.QMON_ROUNDS ?? 16);
const DISKS = 8;
const BATCHES = 150;
const PLAYER = new URL('../support/kill/player.mjs', import.meta.url).pathname;
const MAX_MS = 60_000;

interface Disk {
  readonly plan: DiskPlan;
  readonly model: DiskModel;
  readonly batches: readonly (readonly Request[])[];
}

/** Makes an image, of any kind there is, and what is to be asked of it. */
async function makeDisk(folder: string, device: string, random: Random): Promise<Disk> {
  const clusterSize = random.pick([512, 512, 1024, 4096, 4096, 65536, 65536, 2 ** 21]);
  const version = random.below(4) === 0 ? 2 : 3;
  const maxSize = clusterSize < 65536 ? 2 ** 20 : clusterSize === 65536 ? 2 ** 22 : 3 * 2 ** 22;
  const size = maxSize / 2 + random.below(maxSize / 2 / SECTOR) * SECTOR;
  const file = join(folder, `${device}.qcow2`);
  const below = new Uint8Array(Math.floor(size / 3 / SECTOR)).fill(random.below(2) === 0 ? 0 : 201);
  const hasBacking = below[0] !== 0;
  const base = join(folder, `${device}.base`);
  writeFileSync(`${base}.raw`, Buffer.alloc(below.length * SECTOR, 201));
  if (hasBacking) await qemu.img('convert', '-O', 'qcow2', `${base}.raw`, base);
  const options = [`cluster_size=${clusterSize}`, `compat=${version === 2 ? '0.10' : '1.1'}`,
    ...(version === 2 ? [] : [`refcount_bits=${random.pick([8, 16, 16, 64])}`, `lazy_refcounts=${random.pick(['on', 'off', 'off'])}`])];
  await qemu.img('create', '-q', '-f', 'qcow2', '-o', options.join(), ...(hasBacking ? ['-b', base, '-F', 'qcow2'] : []), file, String(size));
  const plan: DiskPlan = {
    device, file, clusterSize, version, size, maxSize, maxOverlays: 2, ...(hasBacking && { backing: [base, `${folder}/./${device}.base`] }),
  };
  return { plan, model: new DiskModel({ file, size, maxSize, below }), batches: new RandomRequests(plan, random).batches(BATCHES) };
}

/** Has the disks used by a process that is killed after some answers, or some time; hands what it said to the models. */
async function playAndKill(folder: string, disks: readonly Disk[], random: Random): Promise<void> {
  const script = join(folder, 'script.json');
  const drives = disks.map(({ plan: { device, file } }) => ({ id: device, if: 'none', file, format: 'qcow2', discard: 'unmap', 'node-name': `${device}-node` }));
  writeFileSync(script, JSON.stringify({ machine: { drives }, disks: disks.map(({ batches }) => batches) }));
  const requests = disks.map(({ batches }) => batches.flat());
  const limit = random.below(2) === 0 ? { answers: random.below(1000) } : { ms: random.below(400) };
  const child = spawn(process.execPath, [PLAYER, script], { stdio: ['ignore', 'pipe', 'pipe'] });
  const hung = setTimeout(() => {
    complaints.push('it hangs');
    child.kill('SIGKILL');
  }, MAX_MS);
  const complaints: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => complaints.push(text));
  const closed = once(child, 'close');
  let answers = 0;
  for await (const line of createInterface(child.stdout)) {
    const [verb, disk, number, ...rest] = line.split(' ');
    if (verb === 'ready' && limit.ms !== undefined) setTimeout(() => child.kill('SIGKILL'), limit.ms);
    if (verb === 'end') child.kill('SIGKILL');
    if (verb === 'refused') complaints.push(`${JSON.stringify(requests[Number(disk)]?.[Number(number)])}: ${rest.join(' ')}`);
    const request = requests[Number(disk)]?.[Number(number)];
    const model = disks[Number(disk)]?.model;
    if (verb === 'start' && request !== undefined) model?.start(request.effect);
    if (verb === 'done' && request !== undefined) {
      model?.done(request.effect);
      if (++answers === limit.answers) child.kill('SIGKILL');
    }
  }
  await closed;
  clearTimeout(hung);
  expect(complaints).toEqual([]);
}

/** The image and all below it are sound, a fresh qmon opens it for writing, and nothing that was safe is lost. */
async function expectIntact({ plan, model }: Disk, folder: string): Promise<void> {
  const files = [plan.file, `${plan.file}.1`, `${plan.file}.2`];
  const used = files.slice(0, files.indexOf(model.top) + 1);
  for (const file of used) await expectSound(file);
  const graph = new BlockGraph();
  const node = await graph.openFile(model.top, { format: 'qcow2' });
  const content = Buffer.alloc(node.io.length);
  await node.io.read(0, content);
  await graph.closeAll();
  if (!model.isPossibleSize(content.length)) expect.fail(`${model.top}: ${content.length} bytes`);
  const loss = model.findLoss(content);
  if (loss !== undefined) expect.fail(`${model.top}: ${loss}`);
  for (const snapshot of model.snapshots.slice(-1)) await expectSnapshot(snapshot, join(folder, 'snapshot.raw'));
  await expectSound(model.top);
}

async function playRound(round: number): Promise<void> {
  const folder = mkdtempSync(join(scratchPlace(), 'qmon-kill-'));
  const random = new Random(seed + round * 7919);
  const disks = await Promise.all(Array.from({ length: DISKS }, (_, i) => makeDisk(folder, `d${i}`, random)));
  await playAndKill(folder, disks, random);
  for (const disk of disks) {
    await expectIntact(disk, folder).catch((error: Error) => {
      throw new Error(`round ${round} (QMON_SEED=${seed}), ${JSON.stringify(disk.plan)}: ${error.message}`, { cause: error });
    });
  }
  rmSync(folder, { recursive: true, force: true });
}

describeWithQemu(`a qmon that is killed at any moment (QMON_SEED=${seed})`, () => {
  it(`leaves images with leaks at most, and all that was flushed (${ROUNDS * DISKS} rounds)`, { timeout: MAX_MS + ROUNDS * 8000 }, async () => {
    const rounds = Array.from({ length: ROUNDS }, (_, round) => round);
    const worker = async (): Promise<void> => {
      for (let round = rounds.shift(); round !== undefined; round = rounds.shift()) await playRound(round);
    };
    await Promise.all([worker(), worker()]);
  });
});
