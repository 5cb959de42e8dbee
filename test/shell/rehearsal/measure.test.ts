import { describe, expect, it } from 'vitest';
import type { ImageNode } from '../../../src/shell/rehearsal/block-state.ts';
import type { AllocationRun, ImageFiles } from '../../../src/shell/rehearsal/image-files.ts';
import { unreachableImages } from '../../../src/shell/rehearsal/image-files.ts';
import { measure } from '../../../src/shell/rehearsal/measure.ts';

const letters = { D: 'data', z: 'zero', '.': 'unallocated' } as const;

/** An image's allocation as text, a letter a byte: D data, z zero, `.` unallocated. */
const runsOf = (map: string): AllocationRun[] =>
  [...map.matchAll(/D+|z+|\.+/g)].map(({ 0: run, index }) => ({ offset: index, length: run.length, kind: letters[run[0] as keyof typeof letters] }));

function imagesOf(maps: Record<string, string>): ImageFiles {
  return {
    look: () => Promise.resolve(undefined),
    async *map({ filename }) {
      yield* runsOf(maps[filename] ?? '');
    },
  };
}

const node = (name: string, more: Partial<ImageNode> = {}): ImageNode =>
  ({ name, driver: 'qcow2', filename: name, readOnly: false, size: 8, snapshots: [], bitmaps: [], ...more });

describe('measuring what would be copied', () => {
  it.each([
    ['one image', { a: 'DD..zzDD' }, 1, { data: 4, zeroes: 2 }],
    ['an overlay hides what is below', { a: 'zz..DD..', b: 'DDDD..DD' }, 1, { data: 6, zeroes: 2 }],
    ['beyond the end of a lower image are zeroes', { a: '........', b: 'DD' }, 1, { data: 2, zeroes: 6 }],
    ['whole units, each once', { a: 'D..D....' }, 4, { data: 4, zeroes: 0 }],
    ['a unit with data and zeroes is data', { a: 'zD..zz..' }, 4, { data: 4, zeroes: 4 }],
  ] as const)('counts %s', async (_, maps, unit, expected) => {
    const amount = await measure(imagesOf(maps), { layers: Object.keys(maps).map((name) => node(name)), length: 8, unit });
    expect(amount).toEqual({ known: true, ...expected });
  });

  it('leaves out what the image holds that is streamed into', async () => {
    const images = imagesOf({ top: 'DD....zz', base: 'DDDD..DD' });
    expect(await measure(images, { layers: [node('base')], except: node('top'), length: 8, unit: 1 })).toEqual({ known: true, data: 2, zeroes: 0 });
  });

  it('takes filters and images that are still to be created for empty', async () => {
    const layers = [node('filter', { driver: 'throttle' }), node('new', { isEmpty: true }), node('a')];
    expect(await measure(imagesOf({ a: 'DD......' }), { layers, length: 8, unit: 1 })).toMatchObject({ data: 2 });
  });

  it('says why it does not know', async () => {
    expect(await measure(unreachableImages('the images are on far.example'), { layers: [node('a')], length: 8, unit: 1 }))
      .toEqual({ known: false, reason: 'the images are on far.example' });
  });
});
