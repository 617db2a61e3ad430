// Paths of the shell: absolute or from where it is, with `.`, `..`, and in each name `*`, `?` and
// `{a,b}`.

import { childOf, namesIn, type ShellNode } from "./node.ts";

/** What a path has led to. */
export interface Found {
  /** As it was asked for, with the names that a pattern has found. */
  readonly path: string;
  readonly node: ShellNode;
}

/** Without `.` and `..`. */
export function partsOf(path: string, from: readonly string[]): string[] {
  const parts = path.startsWith("/") ? [] : [...from];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return parts;
}

export function nodeAt(root: ShellNode, parts: readonly string[]): ShellNode | undefined {
  let node: ShellNode | undefined = root;
  for (const part of parts) node = node === undefined ? undefined : childOf(node, part);
  return node;
}

/** Undefined: there is nothing. */
export function find(
  root: ShellNode,
  path: string,
  from: readonly string[],
): readonly Found[] | undefined {
  const isAbsolute = path.startsWith("/");
  const begin = isAbsolute ? [] : from;
  const steps = path.split("/").filter((part) => part !== "" && part !== ".");
  if (!steps.some(isPattern)) {
    const node = nodeAt(root, partsOf(path, from));
    return node === undefined ? undefined : [{ path, node }];
  }
  let reached: { readonly parts: readonly string[]; readonly names: readonly string[] }[] = [
    { parts: begin, names: [] },
  ];
  for (const step of steps) {
    reached = reached.flatMap(({ parts, names }) => {
      if (step === "..") return [{ parts: parts.slice(0, -1), names: [...names, step] }];
      const node = nodeAt(root, parts);
      if (node === undefined || node.kind === "file") return [];
      const matching = isPattern(step)
        ? namesIn(node).filter((name) => patternOf(step).test(name))
        : [step].filter((name) => node.children().has(name));
      return matching.map((name) => ({ parts: [...parts, name], names: [...names, name] }));
    });
  }
  const found = reached.flatMap(({ parts, names }) => {
    const node = nodeAt(root, parts);
    const shown = `${isAbsolute ? "/" : ""}${names.join("/")}`;
    return node === undefined ? [] : [{ path: shown, node }];
  });
  return found.length === 0 ? undefined : found;
}

const SPECIAL = /[*?{]/;
/** What a character of a pattern is in a regular expression; others stand for themselves. */
const MEANINGS: Readonly<Record<string, string>> = { "*": ".*", "?": ".", "{": "(?:", "}": ")" };

function isPattern(step: string): boolean {
  return SPECIAL.test(step);
}

function patternOf(step: string): RegExp {
  let text = "";
  let depth = 0;
  for (const one of step) {
    if (one === "{") depth++;
    const isEnd = one === "}" || one === ",";
    const isMeant = !isEnd || depth > 0;
    if (one === "," && isMeant) text += "|";
    else if (isMeant && one in MEANINGS) text += MEANINGS[one];
    else text += one.replace(/[\\^$.|+()[\]{}]/, "\\$&");
    if (one === "}" && depth > 0) depth--;
  }
  return new RegExp(`^${text}${")".repeat(depth)}$`);
}
