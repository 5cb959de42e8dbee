import { readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = new URL('../src/', import.meta.url).pathname;

/** Which folders a folder may import besides itself; `link` is the type-only door `qmp/link`. */
const ARROWS: Record<string, readonly string[]> = {
  util: [],
  host: ['util'],
  qapi: ['util'],
  qmp: ['qapi', 'util'],
  block: ['host', 'qapi', 'util'],
  nbd: ['block', 'host', 'qapi', 'util'],
  jobs: ['block', 'host', 'qapi', 'util'],
  machine: ['block', 'qapi', 'util'],
  hmp: ['qapi', 'util'],
  engine: ['jobs', 'nbd', 'machine', 'block', 'hmp', 'qapi', 'util'],
  shell: ['hmp', 'qapi', 'util', 'link'],
  tui: ['shell', 'qapi', 'util', 'link'],
  cli: ['engine', 'machine', 'qmp', 'shell', 'tui', 'hmp', 'qapi', 'util'],
  'index.ts': ['engine', 'qmp', 'machine', 'qapi', 'block', 'jobs', 'util'],
};

/** Packages that only some folders may name. */
const PACKAGES: Record<string, readonly string[]> = {
  ink: ['tui'], react: ['tui'], 'react/jsx-runtime': ['tui'], chalk: ['tui', 'cli'], commander: ['cli'], koffi: ['host'],
  json5: ['util'], fuzzysort: ['shell', 'tui'], 'string-width': ['tui', 'util'],
};

/** Files beyond a budget, each with its reason. */
const FILE_EXCEPTIONS: Record<string, string> = {};
const FUNCTION_EXCEPTIONS: Record<string, string> = {};

interface SourceFile {
  readonly path: string;
  readonly folder: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
}

const files: SourceFile[] = (readdirSync(root, { recursive: true }) as string[])
  .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'))
  .map((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    return { path, folder: path.split('/')[0]!, text, tree: ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true) };
  });

function importsOf(file: SourceFile): { target: string; typeOnly: boolean }[] {
  const found: { target: string; typeOnly: boolean }[] = [];
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
      const typeOnly = ts.isImportDeclaration(node) ? node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword : node.isTypeOnly;
      found.push({ target: (node.moduleSpecifier as ts.StringLiteral).text, typeOnly });
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword && ts.isStringLiteral(node.arguments[0]!)) {
      found.push({ target: node.arguments[0].text, typeOnly: false });
    }
    ts.forEachChild(node, visit);
  };
  visit(file.tree);
  return found;
}

function wrongArrows(file: SourceFile): string[] {
  const allowed = ARROWS[file.folder] ?? [];
  return importsOf(file).flatMap(({ target, typeOnly }) => {
    if (!target.startsWith('.')) return PACKAGES[target]?.includes(file.folder) === false ? [`${file.path} -> ${target}`] : [];
    const path = relative(root, join(root, dirname(file.path), target));
    const folder = path.split('/')[0]!;
    if (folder === file.folder || allowed.includes(folder) || folder === '..') return [];
    if (allowed.includes('link') && path === 'qmp/link.ts') return [];
    // A driver may speak the NBD protocol.
    if (file.path.startsWith('block/drivers/') && path.startsWith('nbd/protocol')) return [];
    return [`${file.path} -> ${path}${typeOnly ? ' (type)' : ''}`];
  });
}

function namedFunctions(file: SourceFile): { name: string; lines: number }[] {
  const found: { name: string; lines: number }[] = [];
  const visit = (node: ts.Node): void => {
    const isNamed = (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) || ts.isConstructorDeclaration(node)) && node.body;
    const isBound = (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) && ts.isVariableDeclaration(node.parent);
    if (isNamed || isBound) {
      const start = file.tree.getLineAndCharacterOfPosition(node.getStart()).line;
      const end = file.tree.getLineAndCharacterOfPosition(node.getEnd()).line;
      const name = isBound ? (node.parent).name.getText() : (node as ts.MethodDeclaration).name?.getText() ?? 'constructor';
      found.push({ name: `${file.path}:${name}`, lines: end - start + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(file.tree);
  return found;
}

const lineCount = (file: SourceFile) => file.text.split('\n').length - 1;
const quantile = (values: number[], q: number) => values.sort((a, b) => a - b)[Math.floor(values.length * q)] ?? 0;

describe('the folders', () => {
  it('import only along the arrows of the design', () => {
    expect(files.flatMap(wrongArrows)).toEqual([]);
  });

  it('keep the terminal out of the library', () => {
    const door = files.find((file) => file.path === 'index.ts')!;
    expect(importsOf(door).filter(({ target }) => /^\.\/(tui|cli|shell)\//.test(target))).toEqual([]);
  });
});

describe('the budgets', () => {
  it('keep files small: median near 80 lines, p95 at most 250, none over 500', () => {
    const sizes = files.map(lineCount);
    expect(files.filter((file) => lineCount(file) > 500 && !FILE_EXCEPTIONS[file.path]).map((file) => file.path)).toEqual([]);
    expect(quantile(sizes, 0.95)).toBeLessThanOrEqual(250);
    expect(quantile(sizes, 0.5)).toBeLessThanOrEqual(100);
  });

  it('keep functions small: p95 at most 30 lines, none over 80', () => {
    const functions = files.flatMap(namedFunctions);
    expect(functions.filter(({ name, lines }) => lines > 80 && !FUNCTION_EXCEPTIONS[name])).toEqual([]);
    expect(quantile(functions.map(({ lines }) => lines), 0.95)).toBeLessThanOrEqual(30);
  });
});

describe('the names', () => {
  it('are kebab-case, as on the wire, and say what the file does', () => {
    const vague = /^(utils?|helpers?|common|types|misc)$|manager|service/;
    const bad = files.filter(({ path }) => {
      const name = basename(path).replace(/\.tsx?$/, '');
      return vague.test(name) || !(/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) || /(commands|drivers)\/.*_/.test(path));
    });
    expect(bad.map((file) => file.path)).toEqual([]);
  });

  it('have no escape hatch: every exported thing of a registry folder is its default export', () => {
    const registries = /^(engine\/commands|hmp\/commands|qapi\/events|tui\/panels|jobs\/kinds|shell\/effects\/commands)\/[^/]+\.tsx?$/;
    const without = files.filter((file) => registries.test(file.path) && !/export default |export \{[^}]*as default/.test(file.text));
    expect(without.map((file) => file.path)).toEqual([]);
  });
});

describe('the registries', () => {
  const modules: Record<string, () => Promise<{ default: { name?: string; type?: string; id?: string } }>> = {
    ...import.meta.glob('../src/engine/commands/*.ts'),
    ...import.meta.glob('../src/hmp/commands/**/*.ts'),
    ...import.meta.glob('../src/qapi/events/*.ts'),
    ...import.meta.glob(['../src/block/drivers/*.ts', '../src/block/drivers/*/index.ts']),
  } as never;

  it('hold entries whose name is their file', async () => {
    const wrong: string[] = [];
    for (const [path, load] of Object.entries(modules)) {
      const folder = /src\/(engine\/commands|hmp\/commands|qapi\/events|block\/drivers)\//.exec(path)!;
      const words = path.slice(folder.index + folder[0].length).replace(/(\/index)?\.ts$/, '').replaceAll('/', ' ');
      const name = (await load()).default.name ?? '';
      const expected = folder[1] === 'qapi/events' ? words.toUpperCase().replaceAll('-', '_') : words;
      if (name !== expected) wrong.push(`${path} is named '${name}'`);
    }
    expect(wrong).toEqual([]);
  });
});
