import type { Off } from '../../qmp/link.ts';
import { InputError } from '../failure.ts';
import { readConfig, writeConfig } from './config-file.ts';
import { isSettingName, settingRows } from './setting-rows.ts';
import type { SettingName, SettingRow, SettingValue } from './setting-rows.ts';

/** How one setting stands. */
export interface SettingState {
  readonly name: SettingName;
  readonly value: string;
  readonly doc: string;
  readonly takes: string;
  readonly isDefault: boolean;
}

type Values = { readonly [Name in SettingName]?: SettingValue<Name> };

/** What people have chosen: defaults, then the config file, then the command line, then `set`. */
export class Settings {
  /** What is wrong with the config file, a line each; it never keeps qmon from starting. */
  readonly problems: readonly string[];
  /** The config file's `keys`, as they are written there. */
  readonly keys: unknown;
  readonly #file: string | undefined;
  #values: Values;
  readonly #listeners = new Set<(name: SettingName) => void>();

  constructor(given: { file?: string; values?: Values; keys?: unknown; problems?: readonly string[] } = {}) {
    this.#file = given.file;
    this.#values = given.values ?? {};
    this.keys = given.keys;
    this.problems = given.problems ?? [];
  }

  get<Name extends SettingName>(name: Name): SettingValue<Name> {
    return (this.#values[name] ?? settingRows[name].default) as SettingValue<Name>;
  }

  list(): SettingState[] {
    return (Object.keys(settingRows) as SettingName[]).sort().map((name) => {
      const { doc, kind, default: otherwise } = rowOf(name);
      const value = kind.format(this.get(name));
      return { name, value, doc, takes: kind.takes, isDefault: value === kind.format(otherwise) };
    });
  }

  /** Sets a value for this run only, such as the command line's. */
  override<Name extends SettingName>(name: Name, value: SettingValue<Name>): void {
    this.#values = { ...this.#values, [name]: value };
    for (const listener of this.#listeners) listener(name);
  }

  /**
   * Sets a value as a line gives it, and keeps it in the config file.
   * @returns why it is not kept, when it is not
   * @throws InputError when there is no such setting or value
   */
  async set(name: string, text: string): Promise<string | undefined> {
    if (!isSettingName(name)) throw new InputError(`there is no setting '${name}'; there are ${Object.keys(settingRows).sort().join(', ')}`);
    const { kind } = rowOf(name);
    const value = kind.read(text);
    if (value === undefined) throw new InputError(`'${text}' is no value of '${name}', which takes ${kind.takes}`);
    this.override(name, value as never);
    return this.#save(name, kind.write === undefined ? value : kind.write(value));
  }

  onChange(listener: (name: SettingName) => void): Off {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The file belongs to the user: only the value is changed in it, and nothing at all when it cannot be understood. */
  async #save(name: SettingName, value: unknown): Promise<string | undefined> {
    if (this.#file === undefined) return undefined;
    const { setJson5Member } = await import('../../util/edit-json5.ts');
    try {
      writeConfig(this.#file, setJson5Member(readConfig(this.#file) ?? '', name, value));
      return undefined;
    } catch (error) {
      return `for this run only: ${this.#file} is left as it is: ${(error as Error).message}`;
    }
  }
}

/** Reads the config file. What is wrong in it is told by `problems`; what is right counts. */
export async function loadSettings(file: string): Promise<Settings> {
  const problems: string[] = [];
  const tell = (problem: string) => void problems.push(`${file}: ${problem}`);
  const { keys, ...given } = await readMembers(file, tell);
  const values = Object.entries(given).flatMap(([name, written]) => {
    if (!isSettingName(name)) {
      tell(`there is no setting '${name}'`);
      return [];
    }
    const { kind } = rowOf(name);
    const value = kind.read(written);
    if (value === undefined) tell(`${JSON.stringify(written)} is no value of '${name}', which takes ${kind.takes}`);
    return value === undefined ? [] : [[name, value]];
  });
  return new Settings({ file, values: Object.fromEntries(values) as Values, keys, problems });
}

async function readMembers(file: string, tell: (problem: string) => void): Promise<Readonly<Record<string, unknown>>> {
  try {
    const text = readConfig(file);
    if (text === undefined || text.trim() === '') return {};
    const { parseJson5 } = await import('../../util/json5-lossless.ts');
    const members = parseJson5(text);
    if (typeof members === 'object' && members !== null && !Array.isArray(members)) return members as Record<string, unknown>;
    tell('the file holds no object');
  } catch (error) {
    tell((error as Error).message);
  }
  return {};
}

function rowOf(name: SettingName): SettingRow<unknown> {
  return settingRows[name];
}
