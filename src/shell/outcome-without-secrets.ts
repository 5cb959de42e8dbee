import { secretsIn, withoutThese } from './secrets.ts';
import type { Outcome } from './session.ts';

/** What a line came to, without the secrets that were typed in it: errors repeat what they are about. */
export function outcomeWithoutSecrets(line: string, outcome: Outcome): Outcome {
  const secrets = secretsIn(line);
  return secrets.length === 0 ? outcome : without(outcome, secrets) as Outcome;
}

function without(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string') return withoutThese(value, secrets);
  if (Array.isArray(value)) return value.map((item) => without(item, secrets));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, without(member, secrets)]));
}
