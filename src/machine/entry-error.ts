import { QapiError } from '../qapi/qapi-error.ts';
import { formatPath } from './check-description.ts';
import type { DescriptionPath } from './check-description.ts';

/** Why an entry of a description could not be built; the text is QEMU's, the entry is told by its path. */
export class EntryError extends QapiError {
  readonly path: DescriptionPath;

  constructor(path: DescriptionPath, { desc, class: name, cause, hint }: QapiError) {
    super(desc, { class: name, cause, hint });
    this.name = 'EntryError';
    this.path = path;
  }

  /** The error of a machine whose entries the user knows by some name. */
  named(name = formatPath(this.path)): QapiError {
    return new QapiError(this.desc.includes(`'${name}'`) ? this.desc : `${name}: ${this.desc}`, { class: this.class, cause: this });
  }
}

/** Does the work for one entry. @throws EntryError when the work throws or rejects with a QapiError */
export function atEntry<T>(path: DescriptionPath, work: () => T): T {
  const fail = (error: unknown): never => {
    throw error instanceof QapiError && !(error instanceof EntryError) ? new EntryError(path, error) : error;
  };
  try {
    const result = work();
    return result instanceof Promise ? result.catch(fail) as T : result;
  } catch (error) {
    return fail(error);
  }
}
