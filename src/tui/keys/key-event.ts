/**
 * What the keyboard said. A key's name is its modifiers in the order ctrl, alt, shift and its base name:
 * 'a' never comes as a key but as text; 'ctrl+a', 'alt+b', 'ctrl+left', 'shift+tab', 'f2', 'escape' do.
 */
export type KeyEvent =
  | { readonly type: 'key'; readonly name: string }
  | { readonly type: 'text'; readonly text: string }
  /** `dropped` is how many characters were too many to keep. */
  | { readonly type: 'paste'; readonly text: string; readonly dropped: number };
