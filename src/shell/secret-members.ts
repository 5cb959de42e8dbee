import { hidden, withoutSecrets } from './secrets.ts';

type Row = Readonly<Record<string, unknown>>;

const secretKey = /(?:^|[-.])(?:password|passwd|passphrase|cookie)$/i;
/** Properties of objects whose value is a secret. */
const secretProperty = /^(?:data|password|passphrase)$/;

/** A message in which the values of its secrets are left out; the same object when it has none. Never changes what it is given. */
export function messageWithoutSecrets<Message extends object>(message: Message): Message {
  return cleaned(message, false) as Message;
}

/** Whether the reply to a request is a secret itself: `qom-get` reads back what a secret object was made with. */
export function asksForSecret(message: Row): boolean {
  const { property, 'command-line': line } = (message.arguments ?? {}) as Row;
  if (typeof line === 'string') return /^\s*qom-get\s+\S+\s+(?:data|password|passphrase)\b/.test(line);
  return message.execute === 'qom-get' && typeof property === 'string' && secretProperty.test(property);
}

/** The reply to such a request. */
export function replyWithoutSecret(reply: Row): Row {
  return 'return' in reply ? { ...reply, return: hidden } : reply;
}

/** `data` is a secret in what makes an object of a type that has one. */
function cleaned(value: unknown, isObject: boolean): unknown {
  if (typeof value === 'string') return withoutSecrets(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return kept(value, value.map((item) => cleaned(item, false)));
  return cleanedRow(value as Row, isObject);
}

function cleanedRow(row: Row, isInObject: boolean): Row {
  const isObject = isInObject || String(row['qom-type']).startsWith('secret');
  const setsSecret = typeof row.property === 'string' && secretProperty.test(row.property);
  let result: Record<string, unknown> | undefined;
  for (const key in row) {
    const before = row[key];
    const isSecret = secretKey.test(key) || (key === 'secret' && typeof before === 'string')
      || (isObject && (key === 'data' || key.endsWith('.data'))) || (setsSecret && key === 'value');
    const after = isSecret ? hidden : cleaned(before, isObject);
    if (after !== before) (result ??= { ...row })[key] = after;
  }
  return result ?? row;
}

function kept(before: readonly unknown[], after: readonly unknown[]): readonly unknown[] {
  return after.some((item, index) => item !== before[index]) ? after : before;
}
