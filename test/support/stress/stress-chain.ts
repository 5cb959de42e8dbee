import type { Engine } from '../../../src/engine/engine.ts';

/** An image of a disk's chain. */
export interface Layer {
  readonly file: string;
  readonly format: string;
  readonly node: string;
}

interface Image {
  readonly filename: string;
  readonly format: string;
  readonly 'backing-image'?: Image;
}

interface Row {
  readonly device: string;
  readonly inserted: { readonly image: Image };
}

/** The images that a device's content lies in, the one that the guest writes to first. */
export async function readChain(engine: Engine, device: string): Promise<Layer[]> {
  const rows = await engine.execute('query-block') as Row[];
  const nodes = await engine.execute('query-named-block-nodes') as { file: string; drv: string; 'node-name': string }[];
  const layers: Layer[] = [];
  for (let image = rows.find((row) => row.device === device)?.inserted.image; image !== undefined; image = image['backing-image']) {
    const { filename, format } = image;
    const node = nodes.find(({ file, drv }) => file === filename && drv !== 'file');
    layers.push({ file: filename, format, node: node?.['node-name'] ?? '' });
  }
  return layers;
}
