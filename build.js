// Builds dist/: one bundled, code-split ES module tree from src/cli/main.ts and src/index.ts.
import { existsSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(fileURLToPath(import.meta.url));

// `npm ci --ignore-scripts` has not built; `npm start` then does.
if (process.argv.includes('--if-missing') && existsSync(join(root, 'dist', 'main.js'))) process.exit();

/** Turns `import.meta.glob('./x/*.ts')` into `{ './x/a.ts': () => import('./x/a.ts') }`, as vite does for the tests. */
const folderRegistries = {
  name: 'folder-registries',
  setup(builder) {
    builder.onLoad({ filter: /\/src\/.*\.tsx?$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      if (!source.includes('import.meta.glob(')) return undefined;
      const contents = source.replace(/import\.meta\.glob(<[^(]*>)?\((\[[^\]]*\]|'[^']*')\)/g, (_, _type, argument) => {
        const patterns = [...argument.matchAll(/'([^']+)'/g)].map((found) => found[1]);
        const files = patterns.flatMap((pattern) => expand(dirname(path), pattern)).sort();
        return `{${files.map((file) => `${JSON.stringify(file)}: () => import(${JSON.stringify(file)})`).join(',')}}`;
      });
      return { contents, loader: path.endsWith('x') ? 'tsx' : 'ts' };
    });
  },
};

/** The files under `folder` that a glob of `*` and `**` names, as './'-relative paths. */
function expand(folder, pattern) {
  const test = new RegExp('^' + pattern.replace(/[.+]/g, '\\$&').replace(/\*\*\//g, '(?:§/)?').replace(/\*/g, '[^/]*').replace(/§/g, '.*') + '$');
  const fixed = pattern.slice(0, pattern.indexOf('*')).replace(/[^/]*$/, '');
  return readdirSync(join(folder, fixed), { recursive: true })
    .map((file) => './' + relative(folder, join(folder, fixed, file)))
    .filter((file) => test.test(file));
}

/** yoga calls fetch() on a data: URL, which loads all of undici (20 ms); without fetch it decodes the text itself. */
const yogaWithoutFetch = {
  name: 'yoga-without-fetch',
  setup(builder) {
    builder.onLoad({ filter: /yoga-wasm-base64-esm\.js$/ }, ({ path }) => ({
      contents: `const fetch = undefined;\n${readFileSync(path, 'utf8')}`, loader: 'js',
    }));
  },
};

/** ink keeps every measured and wrapped string for ever; a monitor that runs for days must not. */
const boundedInkCaches = {
  name: 'bounded-ink-caches',
  setup(builder) {
    builder.onLoad({ filter: /\/ink\/build\/(measure-text|wrap-text)\.js$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      const bounded = source
        .replace(/cache\.set\(([^;]+)\);/, (call) => `if (cache.size > 2000) cache.clear(); ${call}`)
        .replace(/cache\[cacheKey\] = ([^;]+);/, (call) => `if (++cacheCount > 2000) { cache = {}; cacheCount = 0; } ${call}`)
        .replace('const cache = {};', 'let cache = {}, cacheCount = 0;');
      if (bounded === source) throw new Error(`${path}: the cache to bound is not where it was; look at the new ink`);
      return { contents: bounded, loader: 'js' };
    });
  },
};

/** The tables behind these take 30 ms to make, three quarters of an empty start of Node; texts without emoji never ask for them. */
const characterTablesOnDemand = {
  name: 'character-tables-on-demand',
  setup(builder) {
    builder.onLoad({ filter: /\/node_modules\/string-width\/index\.js$/ }, ({ path }) => {
      const eager = ['const segmenter = new Intl.Segmenter();', 'const rgiEmojiRegex = /^\\p{RGI_Emoji}$/v;'];
      const lazy = [
        'let madeSegmenter; const segmenter = { segment: (text) => (madeSegmenter ??= new Intl.Segmenter()).segment(text) };',
        "let madeEmoji; const rgiEmojiRegex = { test: (text) => /\\p{Emoji}/u.test(text) && (madeEmoji ??= new RegExp('^\\\\p{RGI_Emoji}$', 'v')).test(text) };",
      ];
      // The copy below wrap-ansi is another version, without tables like these.
      if (path !== join(root, 'node_modules/string-width/index.js')) return undefined;
      const source = readFileSync(path, 'utf8');
      if (!eager.every((line) => source.includes(line))) throw new Error(`${path}: what to make on demand is not there; look at the new string-width`);
      return { contents: eager.reduce((text, line, index) => text.replace(line, () => lazy[index]), source), loader: 'js' };
    });
  },
};

/** commander starts subcommands that are programs of their own; qmon has none, and child_process takes a while to load. */
const commanderWithoutPrograms = {
  name: 'commander-without-programs',
  setup(builder) {
    builder.onLoad({ filter: /\/commander\/lib\/command\.js$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      const asked = "const childProcess = require('node:child_process');";
      if (!source.includes(asked)) throw new Error(`${path}: what it needs of child_process is not where it was; look at the new commander`);
      return { contents: source.replace(asked, 'const childProcess = undefined;'), loader: 'js' };
    });
  },
};

const withoutDevtools = {
  name: 'without-devtools',
  setup(builder) {
    builder.onResolve({ filter: /^react-devtools-core$/ }, () => ({ path: 'react-devtools-core', namespace: 'empty' }));
    builder.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export default {}' }));
  },
};

// Built aside and then swapped in: a build that fails leaves the last good one.
const fresh = mkdtempSync(join(root, 'dist-'));
process.on('exit', () => rmSync(fresh, { recursive: true, force: true }));
const settings = {
  absWorkingDir: root,
  outdir: fresh,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  external: ['koffi'],
  chunkNames: 'chunks/[name]-[hash]',
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: process.argv.includes('--sourcemap') ? 'linked' : false,
  define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
  banner: { js: "import { createRequire as qmonCreateRequire } from 'node:module'; const require = qmonCreateRequire(import.meta.url);" },
  plugins: [folderRegistries, yogaWithoutFetch, boundedInkCaches, characterTablesOnDemand, commanderWithoutPrograms, withoutDevtools],
  logLevel: 'warning',
};
// Every file of the program is taken to need cli/startup, so that all of it lands in one chunk. The library knows no cli.
await build({ ...settings, entryPoints: { main: 'src/cli/main.ts' }, inject: ['src/cli/startup.ts'] });
await build({ ...settings, entryPoints: { index: 'src/index.ts' } });
rmSync(join(root, 'dist'), { recursive: true, force: true });
renameSync(fresh, join(root, 'dist'));
