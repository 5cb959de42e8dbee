import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, realpathSync, renameSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Where people keep their settings: `$XDG_CONFIG_HOME/qmon/config.json5`, by default `~/.config/qmon/config.json5`. */
export function defaultConfigFile(env: Readonly<Record<string, string | undefined>>, home = homedir()): string {
  const config = env.XDG_CONFIG_HOME;
  return join(config?.startsWith('/') ? config : join(home, '.config'), 'qmon', 'config.json5');
}

/** The file's text; undefined when there is none. @throws the system's error */
export function readConfig(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Puts a new text in the file's place, all or nothing; a link to it stays one, and so do the rights to it.
 * @throws the system's error
 */
export function writeConfig(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const target = resolved(file);
  const temporary = `${target}.${process.pid}.new`;
  const fd = openSync(temporary, 'wx', statSync(target, { throwIfNoEntry: false })?.mode ?? 0o600);
  try {
    writeSync(fd, text);
    fsyncSync(fd);
    closeSync(fd);
    renameSync(temporary, target);
  } catch (error) {
    unlinkSync(temporary);
    throw error;
  }
}

function resolved(file: string): string {
  try {
    return realpathSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return file;
    throw error;
  }
}
