// Runs the scripts of dist/ with the code that V8 compiled when they were built. Compiling is a third of a start otherwise,
// and Node 20 keeps no compiled modules. Code of another version of V8, or compiled with other flags, is refused by V8 itself,
// which then compiles the script as if there were none.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';

/** Runs a script, a CommonJS module within a function's parentheses, and returns what it exports; `onScript` is shown each one. */
export function runScript(path, onScript) {
  const url = pathToFileURL(path).href;
  // The bundle is all ASCII; read as Latin 1 it needs no decoding.
  const script = new Script(readFileSync(path, 'latin1'), { filename: url, cachedData: codeOf(path) });
  onScript?.(path, script);
  const requireOther = createRequire(url);
  const require = (name) => name.startsWith('./') ? runScript(join(dirname(path), name), onScript) : requireOther(name);
  const module = { exports: {} };
  script.runInThisContext()(module.exports, require, module, url);
  return module.exports;
}

/** Where the compiled code of a script lies. */
export const codeFile = (path) => `${path}.code`;

function codeOf(path) {
  try {
    return readFileSync(codeFile(path));
  } catch {
    return undefined;
  }
}
