import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import type { Plugin } from 'esbuild';

const root = new URL('../../', import.meta.url).pathname;

/** What build.js does with the one folder registry that the screen needs. */
const panelRegistry: Plugin = {
  name: 'panel-registry',
  setup(builder) {
    builder.onLoad({ filter: /src\/tui\/panel\.ts$/ }, ({ path }) => {
      const files = readdirSync(join(dirname(path), 'panels')).filter((name) => name.endsWith('.tsx')).sort();
      const table = files.map((name) => `'./panels/${name}': () => import('./panels/${name}')`).join(', ');
      return { contents: readFileSync(path, 'utf8').replace("import.meta.glob('./panels/*.tsx')", `{ ${table} }`), loader: 'ts' };
    });
  },
};

const noDevtools: Plugin = {
  name: 'no-devtools',
  setup(builder) {
    builder.onResolve({ filter: /^react-devtools-core$/ }, () => ({ path: 'none', namespace: 'none' }));
    builder.onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: 'export default {}' }));
  },
};

/** Bundles the screen with its fake session into a fresh folder; returns the program's path and how to remove it. */
export async function bundleTui(): Promise<{ program: string; remove: () => void }> {
  const outdir = mkdtempSync(join(tmpdir(), 'qmon-tui-'));
  await build({
    absWorkingDir: root, entryPoints: { tui: 'test/support/tui-entry.tsx' }, outdir, outExtension: { '.js': '.mjs' },
    bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node20', jsx: 'automatic', logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
    banner: { js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);" },
    plugins: [panelRegistry, noDevtools],
  });
  return { program: join(outdir, 'tui.mjs'), remove: () => rmSync(outdir, { recursive: true, force: true }) };
}
