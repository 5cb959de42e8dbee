/**
 * How much a session may do. `observe`: ask. `operate`: also run block devices and their jobs, as long as nothing is lost.
 * `full`: everything, also what loses data, ends the machine, changes it, or is not known here.
 */
export const allowLevels = ['observe', 'operate', 'full'] as const;
export type AllowLevel = (typeof allowLevels)[number];

/** Whether `allowed` is enough for what needs `needed`. */
export function isEnough(allowed: AllowLevel, needed: AllowLevel): boolean {
  return allowLevels.indexOf(allowed) >= allowLevels.indexOf(needed);
}

/** The higher of two levels. */
export function higher(one: AllowLevel, other: AllowLevel): AllowLevel {
  return isEnough(one, other) ? one : other;
}
