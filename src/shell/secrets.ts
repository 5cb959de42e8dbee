/** A part of a text that must not be read (UTF-16 offsets). */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** What stands for a secret wherever one is left out. */
export const hidden = '***';

/** A value: quoted with escapes, quoted inside a quoted text, or bare up to a blank or to the next option of a list. */
const value = String.raw`(?:\\"(?<deep>(?:(?!\\").)*)|"(?<double>(?:[^"\\]|\\.)*)|'(?<single>(?:[^'\\]|\\.)*)|(?<bare>(?:,,|(?!,[\w.-]+=)\S)+))`;
const begins = String.raw`(?:^|[\s,.{[(/'"=])`;
const assigns = String.raw`\\?["']?\s*[=:]\s*`;

/** Members that hold a secret in any command: `password=x`, `"file.cookie": "x"`, `proxy-password: 'x'`. */
const member = new RegExp(`${begins}(?:[\\w-]*-)?(?:password|passwd|passphrase|cookie)${assigns}${value}`, 'gi');
const secretMember = new RegExp(`${begins}secret${assigns}${value}`, 'gi');
/** A secret object carries its text in `data`; `qom-set` gives it in `value`. */
const dataMember = new RegExp(`${begins}data${assigns}${value}`, 'g');
const valueMember = new RegExp(`${begins}value${assigns}${value}`, 'g');
const isObjectLine = /\bsecret\b|\bobject[-_]add\b/;
const isPropertyLine = /\bqom-set\b[^]*\b(?:data|password|passphrase)\b/;
/** Lines of the human monitor in which a word is a password. */
const words = [
  new RegExp(`${begins}(?:block_passwd|set_password)\\s+(?:"[^"]*"|'[^']*'|[^\\s"']+)\\s+${value}`, 'g'),
  new RegExp(`${begins}change\\s+vnc\\s+passw(?:or)?d\\s+${value}`, 'g'),
  new RegExp(`${begins}qom-set\\s+(?:-j\\s+)?[^\\s"'=]+\\s+(?:data|password|passphrase)\\s+${value}`, 'g'),
];
/** `ssh://user:password@host`, and what can no longer become a port while it is typed; `rbd:pool/image:key=...`. */
const credentials = /:\/\/[^\s/@:]*:(?<bare>[^\s/@]+)@/g;
const unfinished = /:\/\/[^\s/@:[]*:(?=\d*[^\d\s/@"'])(?<bare>[^\s/@"']+)/g;
const rbdKey = /\brbd:[^\s"']*?:key=(?<bare>[^\s:"']+)/g;
/** An id of a secret is none itself, but whoever took it for the place of a passphrase is not remembered either. */
const secretId = /(?:^|[\s,.{[('"])(?:[\w-]*-)?secret["']?\s*[=:]/i;

/** Cheap: whether a text may hold a secret at all. */
const mayHold = /pass|cookie|secret|data|qom-set|:\/\/|rbd:/i;

/** True when a line holds a password or the like; such lines are not remembered. Rather too many than one too few. */
export function holdsSecret(line: string): boolean {
  return secretId.test(line) || spansOf(line).length > 0;
}

/** A line with `*` for every character of its secrets, as long as before: offsets into it stay right. */
export function maskSecrets(line: string): string {
  return replaced(line, ({ from, to }) => line.slice(from, to).replace(/[^\n]/g, '*'));
}

/** A text with its secrets left out, for what is kept or sent elsewhere: not even their length stays. */
export function withoutSecrets(text: string): string {
  return replaced(text, () => hidden);
}

/** The secrets that a line holds, as they were typed and as they are meant. */
export function secretsIn(line: string): string[] {
  const typed = spansOf(line).map(({ from, to }) => line.slice(from, to));
  const meant = (text: string) => [text, text.replace(/\\(.)/g, '$1'), text.replaceAll(',,', ','), text.replace(/["'}\]]+$/, '')];
  return [...new Set(typed.flatMap(meant))].filter((text) => text !== '');
}

/** A text in which known secrets are left out; a very short one only where it stands in quotes, as error messages cite values. */
export function withoutThese(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => (secret.length > 3 ? rest.replaceAll(secret, hidden)
    : rest.replaceAll(`'${secret}'`, `'${hidden}'`).replaceAll(`"${secret}"`, `"${hidden}"`)), text);
}

function replaced(text: string, instead: (span: Span) => string): string {
  let result = '';
  let at = 0;
  for (const span of spansOf(text)) {
    result += text.slice(at, span.from) + instead(span);
    at = span.to;
  }
  return result + text.slice(at);
}

/** In order and without overlaps. */
function spansOf(text: string): Span[] {
  if (!mayHold.test(text)) return [];
  const patterns = [
    member, secretMember, ...words, credentials, unfinished, rbdKey,
    ...(isObjectLine.test(text) ? [dataMember] : []), ...(isPropertyLine.test(text) ? [valueMember] : []),
  ];
  const found = patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(spanOf)).filter(({ from, to }) => to > from);
  found.sort((one, other) => one.from - other.from);
  return found.reduce<Span[]>((spans, { from, to }) => {
    const last = spans.at(-1);
    if (last === undefined || from >= last.to) spans.push({ from, to });
    else spans[spans.length - 1] = { from: last.from, to: Math.max(last.to, to) };
    return spans;
  }, []);
}

/** The secret stands at the end of its match, but for the `@` behind a password of an address. */
function spanOf(match: RegExpExecArray): Span {
  const { deep, double, single, bare = '' } = match.groups ?? {};
  const secret = deep ?? double ?? single ?? bare;
  const end = match.index + match[0].length - (match[0].endsWith('@') && bare !== '' && match[0].startsWith('://') ? 1 : 0);
  return { from: end - secret.length, to: end };
}
