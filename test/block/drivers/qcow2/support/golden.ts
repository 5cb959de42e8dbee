import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';

/** Small images that qemu-img 7.2 made, for machines without it; what is in them stands in golden.test.ts. */
export const goldenNames = ['compressed', 'v2', 'zero'] as const;

/** A golden image's bytes. */
export async function goldenImage(name: (typeof goldenNames)[number]): Promise<Buffer> {
  return gunzipSync(await readFile(new URL(`../golden/${name}.qcow2.gz`, import.meta.url)));
}
