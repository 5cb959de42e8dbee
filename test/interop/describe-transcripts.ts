import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithQemu } from '../support/qemu.ts';
import { GraphReferee } from './graph-referee.ts';
import type { GraphRefereeInit } from './graph-referee.ts';
import { parseTranscript } from './transcript.ts';

export interface TranscriptFamily extends GraphRefereeInit {
  /** Steps by what they show; played one after the other on the same two machines. */
  readonly transcripts: Readonly<Record<string, string>>;
  /** Steps that make the comparison worth its name; 150 unless told. */
  readonly atLeast?: number;
  /** What must be alike in the end, and what snapshots inside of images must hold. */
  readonly images: readonly string[];
  readonly snapshots?: Readonly<Record<string, readonly string[]>>;
}

/** Tests that play a family's transcripts on a real QEMU and on this engine: every reply, every event, the graph behind every step. */
export function describeTranscripts(title: string, { transcripts, images, snapshots = {}, atLeast = 150, ...machine }: TranscriptFamily): void {
  describeWithQemu(`${title} beside the real QEMU`, () => {
    let referee: GraphReferee;

    beforeAll(async () => {
      referee = await GraphReferee.start({ watchGraph: true, ...machine });
    });

    afterAll(() => referee.stop());

    for (const [what, steps] of Object.entries(transcripts)) it(what, { timeout: 40_000 }, () => referee.play(parseTranscript(steps)));

    it('leaves the same images behind', { timeout: 40_000 }, () => referee.compareImages(images));

    for (const [image, names] of Object.entries(snapshots)) {
      it(`keeps what ${image} was when its snapshots were taken`, async () => {
        for (const name of names) await referee.compareSnapshot(image, name);
      });
    }

    it('compares enough steps to be trusted', () => expect(referee.steps).toBeGreaterThanOrEqual(atLeast));
  });
}
