// Builds dist/: the program as two scripts with their compiled code, and the library as a code-split ES module tree.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(fileURLToPath(import.meta.url));

// `npm ci --ignore-scripts` has not built; `npm start` then does.
if (process.argv.includes('--if-missing') && existsSync(join(root, 'dist', 'program.js'))) process.exit();

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

/** yoga compiles its wasm while its module waits, and a script cannot wait; 80 KiB are compiled at once as well. */
const yogaAtOnce = {
  name: 'yoga-at-once',
  setup(builder) {
    builder.onLoad({ filter: /yoga-wasm-base64-esm\.js$/ }, ({ path }) => patched(path, {
      'var d={a:Jb};': 'var d={a:Jb};h.instantiateWasm=(imports,use)=>(use(new WebAssembly.Instance(new WebAssembly.Module(wa()),imports)),{});',
    }));
    builder.onLoad({ filter: /\/yoga-layout\/dist\/src\/index\.js$/ }, ({ path }) => patched(path, {
      'const Yoga = wrapAssembly(await loadYoga());': 'const yoga = {}; loadYoga(yoga); const Yoga = wrapAssembly(yoga);',
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
    // The copy below wrap-ansi is another version, without tables like these.
    builder.onLoad({ filter: /\/node_modules\/string-width\/index\.js$/ }, ({ path }) => path !== join(root, 'node_modules/string-width/index.js') ? undefined : patched(path, {
      'const segmenter = new Intl.Segmenter();':
        'let madeSegmenter; const segmenter = { segment: (text) => (madeSegmenter ??= new Intl.Segmenter()).segment(text) };',
      'const rgiEmojiRegex = /^\\p{RGI_Emoji}$/v;':
        "let madeEmoji; const rgiEmojiRegex = { test: (text) => /\\p{Emoji}/u.test(text) && (madeEmoji ??= new RegExp('^\\\\p{RGI_Emoji}$', 'v')).test(text) };",
    }));
  },
};

/** commander starts subcommands that are programs of their own; qmon has none, and child_process takes a while to load. */
const commanderWithoutPrograms = {
  name: 'commander-without-programs',
  setup(builder) {
    builder.onLoad({ filter: /\/commander\/lib\/command\.js$/ }, ({ path }) => patched(path, {
      "const childProcess = require('node:child_process');": 'const childProcess = undefined;',
    }));
  },
};

/** A module with some of its lines replaced; fails when one of them is not there any more. */
function patched(path, lines) {
  const contents = Object.entries(lines).reduce((source, [line, replacement]) => {
    if (!source.includes(line)) throw new Error(`${path}: no line '${line}' to replace; look at what the new version does instead`);
    return source.replace(line, () => replacement);
  }, readFileSync(path, 'utf8'));
  return { contents, loader: 'js' };
}

/** Ink waits for the developer tools of React at the top of a module. */
const inkWithoutDevtools = {
  name: 'ink-without-devtools',
  setup(builder) {
    builder.onLoad({ filter: /\/ink\/build\/reconciler\.js$/ }, ({ path }) => patched(path, {
      "await import('./devtools.js');": '',
      'isDev()\n    ? await loadPackageJson()\n    : {': '{',
    }));
  },
};

/** Ink is loaded when the first frame has been painted: a script of its own, which bin/run-script.js finds beside the program. */
const inkApart = {
  name: 'ink-apart',
  setup(builder) {
    builder.onResolve({ filter: /\/ink-layout\.tsx$/ }, ({ kind }) => kind === 'dynamic-import' ? { path: './ink-layout.js', external: true } : undefined);
  },
};

// Built aside and then swapped in: a build that fails leaves the last good one.
const fresh = mkdtempSync(join(root, 'dist-'));
process.on('exit', () => rmSync(fresh, { recursive: true, force: true }));
const settings = {
  absWorkingDir: root,
  outdir: fresh,
  bundle: true,
  platform: 'node',
  target: 'node20',
  external: ['koffi'],
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: process.argv.includes('--sourcemap') ? 'linked' : false,
  logLevel: 'warning',
};
await build({
  ...settings,
  entryPoints: { 'program': 'src/cli/main.ts', 'ink-layout': 'src/tui/screen/ink-layout.tsx' },
  format: 'cjs',
  charset: 'ascii',
  define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"', 'import.meta.url': 'scriptUrl' },
  supported: { 'dynamic-import': false },
  // What bin/run-script.js calls.
  banner: { js: '(function (exports, require, module, scriptUrl) {' },
  footer: { js: '})' },
  plugins: [folderRegistries, inkApart, yogaAtOnce, boundedInkCaches, characterTablesOnDemand, commanderWithoutPrograms, inkWithoutDevtools],
});
await build({
  ...settings,
  entryPoints: { index: 'src/index.ts' },
  format: 'esm',
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  plugins: [folderRegistries],
});
try {
  execFileSync(process.execPath, [join(root, 'build-code-cache.js'), fresh], { timeout: 60_000, stdio: ['ignore', 'inherit', 'inherit'] });
} catch (error) {
  process.stderr.write(`qmon will start more slowly, as its code could not be compiled ahead: ${error.message}\n`);
}
rmSync(join(root, 'dist'), { recursive: true, force: true });
renameSync(fresh, join(root, 'dist'));
