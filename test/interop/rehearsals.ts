import { expect, it, onTestFinished } from 'vitest';
import { describeWithQemu, qemu } from '../support/qemu.ts';
import { openSide } from './rehearsal-sides.ts';
import type { Side, SideName } from './rehearsal-sides.ts';

type Row = Record<string, unknown>;

interface Predicted {
  readonly before: readonly { name: string; chain: readonly Row[] }[];
  readonly after: readonly { name: string; chain: readonly Row[] }[];
  readonly copies: readonly { data?: number; zeroes?: number; unknown?: string }[];
  readonly images: readonly Row[];
}

const K = 1024;
const M = 1024 * K;

async function open(name: SideName): Promise<Side> {
  const side = await openSide(name);
  onTestFinished(side.close);
  return side;
}

/** All that queries say of nodes, media and jobs. */
async function graphOf({ execute }: Side): Promise<unknown> {
  return Promise.all(['query-named-block-nodes', 'query-block', 'query-block-jobs'].map((query) => execute(query)));
}

/** Rehearses a line and holds that nothing was changed by that. */
async function rehearse(side: Side, line: string) {
  const [hashes, graph] = [await side.hashes(), await graphOf(side)];
  side.sent.length = 0;
  const outcome = await side.session.run(`--dry-run ${line}`);
  expect(side.sent.filter((command) => !/^(x-debug-)?query-/.test(command))).toEqual([]);
  expect(await side.hashes()).toEqual(hashes);
  expect(await graphOf(side)).toEqual(graph);
  return outcome;
}

/** Runs a line for real to the end of its job, a ready one is completed. Returns the last row that the job showed when ready. */
async function carryOut(side: Side, line: string): Promise<Row | undefined> {
  const outcome = await side.session.run(line);
  expect(outcome, outcome.outputs[0]?.text).toMatchObject({ status: 'done' });
  let ready: Row | undefined;
  await expect.poll(async () => {
    const jobs = await side.execute('query-block-jobs') as Row[];
    const waiting = jobs.find((job) => job.ready === true);
    if (waiting !== undefined && ready === undefined) {
      ready = waiting;
      await side.execute('block-job-complete', { device: waiting.device });
    }
    return jobs.length;
  }, { timeout: 15_000, interval: 10 }).toBe(0);
  return ready;
}

/** A device's chain as query-block tells it. */
async function chainOf(side: Side, device: string): Promise<Row[]> {
  const row = (await side.execute('query-block') as Row[]).find((one) => one.device === device);
  const chain: Row[] = [];
  for (let image = (row?.inserted as Row).image as Row | undefined; image !== undefined; image = image['backing-image'] as Row | undefined) {
    chain.push({
      driver: image.format, filename: plainName(String(image.filename)), size: image['virtual-size'], 'backing-filename': image['backing-filename'],
      snapshots: (image.snapshots as Row[] | undefined)?.map(({ name }) => name),
    });
  }
  return chain;
}

function plainName(filename: string): string {
  if (!filename.startsWith('json:')) return filename;
  const file = (JSON.parse(filename.slice(5)) as { file: { filename: string } }).file;
  return file.filename;
}

const told = ({ driver, filename, size, snapshots, 'backing-filename': stored }: Row): Row => ({ driver, filename, size, snapshots, 'backing-filename': stored });

const predictedChain = ({ after }: Predicted, device: string) => after.find(({ name }) => name === device)?.chain.map(told);

interface Case {
  readonly title: string;
  readonly setUp?: (side: Side) => readonly string[];
  readonly line: (side: Side) => string;
  /** Bytes of data that are copied; absent: none. */
  readonly data?: number;
  readonly device?: string;
}

const spare = ({ file }: Side) => [`blockdev-add driver=qcow2 node-name=spare file.driver=file file.filename=${file('spare.qcow2')}`];
const detached = ({ file }: Side) => [`{execute: "blockdev-add", arguments: {driver: "qcow2", "node-name": "over", backing: null, `
  + `file: {driver: "file", filename: "${file('spare.qcow2')}"}}}`];

const cases: readonly Case[] = [
  { title: 'streams the whole chain', line: () => 'block-stream device=d0', data: 4 * M - 64 * K },
  { title: 'streams down to a base', line: ({ file }) => `block-stream device=d0 base=${file('base.qcow2')}`, data: 2 * M },
  { title: 'commits an image in the middle', line: ({ file }) => `block-commit device=d0 top=${file('mid.qcow2')}`, data: 2 * M },
  { title: 'commits the active image', line: () => 'block-commit device=d0', data: 3 * M },
  { title: 'commits the active image one down', line: ({ file }) => `block-commit device=d0 base=${file('mid.qcow2')}`, data: M },
  { title: 'mirrors all', line: ({ file }) => `drive-mirror device=d0 target=${file('t.qcow2')} sync=full`, data: 5 * M - 64 * K },
  { title: 'mirrors the top, in the words of the human monitor', line: ({ file }) => `drive_mirror d0 ${file('t.qcow2')}`, data: M },
  { title: 'mirrors what is new', line: ({ file }) => `drive-mirror device=d0 target=${file('t.qcow2')} sync=none`, data: 0 },
  { title: 'mirrors into an image that exists', data: 5 * M - 64 * K,
    line: ({ file }) => `drive-mirror device=d0 target=${file('spare.qcow2')} sync=full mode=existing node-name=there` },
  { title: 'mirrors a raw image', device: 'd1', data: 640 * K,
    line: ({ file }) => `drive-mirror device=d1 target=${file('t.raw')} sync=full format=raw job-id=m` },
  { title: 'mirrors into a node', setUp: spare, line: () => 'blockdev-mirror device=d0 target=spare sync=full job-id=m', data: 5 * M - 64 * K },
  { title: 'backs up all', data: 5 * M - 64 * K,
    line: ({ file }) => `{execute: "drive-backup", arguments: {device: "d0", target: "${file('t.qcow2')}", sync: "full"}}` },
  { title: 'backs up the top', line: ({ file }) => `drive-backup device=d0 target=${file('t.qcow2')} sync=top`, data: M },
  { title: 'backs up into a node', setUp: spare, line: () => 'blockdev-backup device=d0 target=spare sync=full', data: 5 * M - 64 * K },
  { title: 'puts a new overlay on', line: ({ file }) => `snapshot_blkdev d0 ${file('over.qcow2')}` },
  { title: 'puts a node on', setUp: detached, line: () => 'blockdev-snapshot node=d0 overlay=over' },
  { title: 'takes a snapshot inside', line: () => 'snapshot_blkdev_internal d0 s1' },
  { title: 'deletes a snapshot inside', setUp: () => ['snapshot_blkdev_internal d0 s1', 'snapshot_blkdev_internal d0 s2'],
    line: () => 'snapshot_delete_blkdev_internal d0 s1' },
  { title: 'grows an image', line: () => 'block_resize d0 20' },
  { title: 'shrinks an image', line: () => 'block_resize d0 10' },
  { title: 'takes several steps', data: 640 * K,
    line: ({ file }) => 'transaction actions=[{type:"blockdev-snapshot-internal-sync",data:{device:"d0",name:"x"}},'
      + `{type:"blockdev-snapshot-sync",data:{device:"d0","snapshot-file":"${file('o.qcow2')}"}},`
      + `{type:"drive-backup",data:{device:"d1",target:"${file('z.raw')}",format:"raw",sync:"full"}}]` },
];

const refusals: readonly ((side: Side) => string)[] = [
  () => 'block-stream device=nope',
  () => 'block-stream device=empty',
  ({ file }) => `block-stream device=d0 base=${file('nope.qcow2')}`,
  () => 'block-stream device=d0 base-node=nope',
  () => 'block-stream device=d0 base=a base-node=b',
  () => 'block-stream device=d0 backing-file=x',
  () => 'block-stream device=d0 job-id=9',
  () => 'block-stream device=d0 speed=-1',
  () => 'block-stream',
  () => 'block-stream device=d0 nonsense=1',
  () => 'block-commit device=nope',
  () => 'block-commit device=d1',
  ({ file }) => `block-commit device=d0 top=${file('nope.qcow2')}`,
  ({ file }) => `block-commit device=d0 base=${file('nope.qcow2')}`,
  () => 'block-commit device=d0 backing-file=x',
  ({ file }) => `drive-mirror device=nope target=${file('t')} sync=full`,
  ({ file }) => `drive-mirror device=empty target=${file('t')} sync=full`,
  ({ file }) => `drive-mirror device=d0 target=${file('t')} sync=incremental`,
  ({ file }) => `drive-mirror device=d0 target=${file('t')} sync=full granularity=3`,
  ({ file }) => `drive-mirror device=d0 target=${file('nope')} sync=full mode=existing`,
  ({ file }) => `drive-mirror device=d0 target=${file('no/t')} sync=full`,
  ({ file }) => `drive-mirror device=d0 target=${file('top.qcow2')} sync=full mode=existing`,
  ({ file }) => `drive-mirror device=d0 target=${file('top.qcow2')} sync=full`,
  ({ file }) => `drive-mirror device=d0 target=${file('base.qcow2')} sync=full`,
  ({ file }) => `drive-mirror device=d0 target=${file('t')} sync=full node-name=d1`,
  ({ file }) => `drive-mirror device=d0 target=${file('t')} sync=full replaces=x`,
  () => 'blockdev-mirror device=d0 target=nope sync=full',
  () => 'blockdev-mirror device=d0 target=d0 sync=full job-id=x',
  ({ file }) => `drive-backup device=d0 target=${file('small.qcow2')} sync=full mode=existing`,
  ({ file }) => `drive-backup device=d0 target=${file('t')} sync=incremental`,
  ({ file }) => `drive-backup device=d0 target=${file('t')} sync=full bitmap=b`,
  ({ file }) => `drive-backup device=d0 target=${file('t')} sync=top format=raw`,
  () => 'blockdev-backup device=d0 target=d0 sync=full',
  ({ file }) => `snapshot_blkdev nope ${file('t')}`,
  ({ file }) => `snapshot_blkdev empty ${file('t')}`,
  ({ file }) => `snapshot_blkdev -n d0 ${file('nope')}`,
  ({ file }) => `snapshot_blkdev d0 ${file('no/t')}`,
  ({ file }) => `snapshot_blkdev d0 ${file('mid.qcow2')}`,
  ({ file }) => `blockdev-snapshot-sync device=d0 snapshot-file=${file('t')} snapshot-node-name=d1`,
  () => 'blockdev-snapshot node=d0 overlay=d1',
  () => 'blockdev-snapshot node=d0 overlay=nope',
  () => 'snapshot_blkdev_internal d1 s',
  () => 'snapshot_blkdev_internal d0 ""',
  () => 'snapshot_delete_blkdev_internal d0 nope',
  () => 'change-backing-file device=d1 image-node-name=nope backing-file=x',
  () => 'block_resize nope 1',
  () => 'block_resize empty 1',
  () => 'block_resize device=d0 size=-512',
  () => 'block_resize device=d0 size=513',
  () => 'transaction actions=[{type:"abort",data:{}}]',
];

/** While a job has d0 in its hands. */
const busyRefusals: readonly ((side: Side) => string)[] = [
  () => 'block-stream device=d0',
  () => 'block-commit device=d0',
  ({ file }) => `drive-mirror device=d0 target=${file('t')} sync=full`,
  ({ file }) => `drive-backup device=d0 target=${file('t')} sync=full`,
  ({ file }) => `snapshot_blkdev d0 ${file('t')}`,
  () => 'snapshot_blkdev_internal d0 s',
  () => 'block_resize d0 20',
  ({ file }) => `drive-backup device=d1 target=${file('t')} sync=full format=raw job-id=d0`,
];

/** Rehearses every command on one kind of far end, carries it out and compares. */
export function describeRehearsals(name: SideName): void {
  describeWithQemu(`a rehearsal on ${name}`, () => {
    it.each(cases)('$title, as it then happens', async ({ setUp, line, data, device = 'd0' }) => {
      const side = await open(name);
      for (const one of setUp?.(side) ?? []) expect(await side.session.run(one)).toMatchObject({ status: 'done' });
      const text = line(side);
      const outcome = await rehearse(side, text);
      expect(outcome, outcome.outputs[0]?.text).toMatchObject({ status: 'done' });
      const predicted = outcome.reply?.return as Predicted;
      expect(predicted.copies).toMatchObject(data === undefined ? [] : [{ data }]);
      const ready = await carryOut(side, text);
      expect(predictedChain(predicted, device), outcome.outputs[0]?.text).toEqual(await chainOf(side, device));
      if (ready !== undefined && name === 'QEMU') expect(ready.len).toBe(predicted.copies[0]!.data! + predicted.copies[0]!.zeroes!);
    }, 30_000);

    it('says what would be refused, in the words in which it then is', async () => {
      const side = await open(name);
      for (const line of refusals) await compareRefusal(side, line(side));
    }, 30_000);

    it('knows what a running job forbids', async () => {
      const side = await open(name);
      await side.session.run('block-stream device=d0 speed=1');
      // What the job writes itself must not be taken for the rehearsal's doing.
      await side.session.run('block-job-pause device=d0');
      await expect.poll(() => side.execute('query-block-jobs'), { timeout: 10_000 }).toMatchObject([{ status: 'paused', busy: false }]);
      for (const line of busyRefusals) await compareRefusal(side, line(side));
    });

    it('rewrites a backing file name', async () => {
      const side = await open(name);
      const [row] = await side.execute('query-block') as { inserted: Row }[];
      const line = `change-backing-file device=d0 image-node-name="${String(row?.inserted['node-name'])}" backing-file=${side.file('mid2.qcow2')}`;
      const predicted = (await rehearse(side, line)).reply?.return as Predicted;
      await carryOut(side, line);
      expect(predicted.after[0]?.chain[0]?.['backing-filename']).toBe(side.file('mid2.qcow2'));
      expect(JSON.parse(await qemu.img('info', '-U', '--output=json', side.file('top.qcow2')))).toMatchObject({ 'backing-filename': side.file('mid2.qcow2') });
    });
  });
}

async function compareRefusal(side: Side, line: string): Promise<void> {
  const rehearsed = await rehearse(side, line);
  const real = await side.session.run(line);
  expect.soft(rehearsed.reply, line).toEqual(real.reply);
  expect.soft(rehearsed.status, line).toBe('failed');
}
