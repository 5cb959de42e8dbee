/** What terminals take in one sequence: xterm and tmux cut or refuse more. */
export const clipboardBytes = 74_994;

/** The sequence (OSC 52) that puts a text into the clipboard of the terminal; undefined when it is too long for one. */
export function clipboardSequence(text: string): string | undefined {
  const encoded = Buffer.from(text).toString('base64');
  return encoded.length > clipboardBytes ? undefined : `\x1b]52;c;${encoded}\x07`;
}
