// The tree of names that an image is to the shell: directories have children, files have a text.
// Both are made when somebody looks.

export type ShellNode = ShellDirectory | ShellFile;

export interface ShellDirectory {
  readonly kind: "directory";
  /** By name, in no order. */
  children(): ReadonlyMap<string, () => ShellNode>;
}

export interface ShellFile {
  readonly kind: "file";
  text(): string;
}

export function file(text: () => string): () => ShellFile {
  return () => ({ kind: "file", text });
}

export function directory(
  entries: () => Iterable<readonly [string, () => ShellNode]>,
): () => ShellDirectory {
  return () => ({ kind: "directory", children: () => new Map(entries()) });
}

/** In the order of their code units, as Kafka's shell has them. */
export function namesIn(node: ShellDirectory): string[] {
  return [...node.children().keys()].sort();
}

export function childOf(node: ShellNode, name: string): ShellNode | undefined {
  return node.kind === "file" ? undefined : node.children().get(name)?.();
}
