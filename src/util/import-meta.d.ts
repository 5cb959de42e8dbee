/** What the bundler and the test runner make of `import.meta.glob`: one lazy import per file of a folder. */
interface ImportMeta {
  glob<T = unknown>(patterns: string | readonly string[]): Record<string, () => Promise<T>>;
}
