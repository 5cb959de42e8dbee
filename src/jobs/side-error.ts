/** An I/O error and the end of the copy where it happened. */
export class SideError extends Error {
  readonly side: 'read' | 'write';

  constructor(side: 'read' | 'write', cause: unknown) {
    super(`${side} failed`, { cause });
    this.name = 'SideError';
    this.side = side;
  }
}

/** Runs one end of a copy; its errors say which end it was. */
export async function atSide<T>(side: 'read' | 'write', work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new SideError(side, error);
  }
}
