/** Members and options whose value must not reach a file: `password=x`, `"key-secret": "x"`, `file.password=x`. */
const secretMember = /(?:^|[\s,.{[('"])(?:[\w-]*-)?(?:password|passwd|passphrase|secret)["']?\s*[=:]/i;
/** HMP words that are followed by a password. */
const secretCommand = /^\s*(?:block_passwd|set_password|change\s+vnc\s+(?:password|passwd))\b/;
/** A secret object carries its text in `data`. */
const secretObject = /\bsecret(?:_keyring)?\b/;
const dataMember = /(?:^|[\s,.{'"])data["']?\s*[=:]/;
/** `ssh://user:password@host`. */
const credentials = /:\/\/[^\s/@:]*:[^\s/@]+@/;

/** True when a line holds a password or the like; such lines are not remembered. Rather too many than one too few. */
export function holdsSecret(line: string): boolean {
  return secretMember.test(line) || secretCommand.test(line) || credentials.test(line)
    || (secretObject.test(line) && dataMember.test(line));
}
