import type { QmpVersion } from './link.ts';

/** What a server says first. */
export interface Greeting {
  readonly version: QmpVersion;
  readonly capabilities: readonly string[];
}

/** Reads the value of a greeting's `QMP` member; undefined when it holds no version. */
export function parseGreeting(value: unknown): Greeting | undefined {
  const { version, capabilities } = (value ?? {}) as { version?: Partial<QmpVersion>; capabilities?: unknown };
  if (typeof version?.qemu !== 'object' || version.qemu === null) return undefined;
  const names = Array.isArray(capabilities) ? capabilities.filter((name) => typeof name === 'string') : [];
  return { version: { qemu: version.qemu, package: version.package ?? '' }, capabilities: names };
}

/** The greeting message of a server that offers no capabilities. */
export function formatGreeting(version: QmpVersion): Readonly<Record<string, unknown>> {
  const { major, minor, micro } = version.qemu;
  return { QMP: { version: { qemu: { micro, minor, major }, package: version.package }, capabilities: [] } };
}
