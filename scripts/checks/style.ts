// Holds the hard limits of size, the words that are no names, and what pages of documentation name.
// Works on lines, not on a syntax tree: the sources are indented by two blanks, so a body ends at
// its head's indentation.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { checkNamedFiles } from "./named_files.ts";
import { report, root, type Source, sources } from "./sources.ts";

const LINE_LENGTH_MAX = 100;
const FILE_LINES_MAX = 400;
const TABLE_LINES_MAX = 600;
const FUNCTION_LINES_MAX = 60;
const PARAMETERS_MAX = 3;
const FOLDER_FILES_MAX = 15;

/** Tables and lists, which may be longer. */
const TABLES = [
  /_test\.ts$/,
  /\/errors\.ts$/,
  /\/apis\.ts$/,
  /\/configs\/[a-z_]+\.ts$/,
  /\/messages\//,
];
/** One file per API, record, command or entry of a script. */
const LISTS = [
  /^scripts$/,
  /\/messages$/,
  /\/requests$/,
  /\/schemas\/[a-z]+$/,
  /\/commands$/,
  /\/decide$/,
  /\/planted$/,
];

const ANY_TYPE = /[:<]\s*any\b|\bas any\b/;
const EMPTY_WORDS = /(Manager|Helper|Util|Impl|Abstract|Common|Support|Data|Info)s?$/;
const FILE_WORDS =
  /(^|_)(manager|helper|utils?|impl|abstract|common|support|info)(_|\.)|(^|\/)utils?\//;

export function checkSource(source: Source): string[] {
  const lines = source.text.split("\n");
  return [
    ...checkFile(source.path, lines),
    ...checkNames(source.path, lines),
    ...checkFunctions(source.path, lines),
  ];
}

function checkFile(path: string, lines: readonly string[]): string[] {
  const problems = lines.flatMap((line, i) =>
    [...line].length > LINE_LENGTH_MAX && !/https?:\/\//.test(line)
      ? [`${path}:${i + 1}: ${[...line].length} characters`]
      : []
  );
  const most = TABLES.some((table) => table.test(path)) ? TABLE_LINES_MAX : FILE_LINES_MAX;
  if (lines.length > most + 1) {
    problems.push(`${path}: ${lines.length} lines, at most ${most}`);
  }
  const name = path.split("/").at(-1) ?? "";
  if (!/^[a-z0-9_]+(\.d)?\.(ts|mjs)$/.test(name)) {
    problems.push(`${path}: file names are snake_case`);
  }
  if (FILE_WORDS.test(name)) problems.push(`${path}: a name that says nothing`);
  const first = lines[0]?.startsWith("#!") ? lines[1] : lines[0];
  if (!/^(\/\/|\/\*)/.test(first ?? "") && name !== "mod.ts") {
    problems.push(`${path}: begins without saying what it is`);
  }
  return problems;
}

function checkNames(path: string, lines: readonly string[]): string[] {
  return lines.flatMap((line, i) => {
    const name = /^\s*(?:export )?(?:declare )?(?:class|interface|type) (\w+)/
      .exec(line)?.[1];
    const problems: string[] = [];
    if (name !== undefined && EMPTY_WORDS.test(name)) {
      problems.push(`${name} says nothing`);
    }
    if (/\bcatch\s*(\(\w+\))?\s*\{\s*\}/.test(line)) {
      problems.push("a catch that does nothing");
    }
    if (/^export default/.test(line)) problems.push("a default export");
    if (ANY_TYPE.test(line.replace(/(^\s*\*|\/\/).*$/, ""))) problems.push("any");
    return problems.map((problem) => `${path}:${i + 1}: ${problem}`);
  });
}

const FUNCTION = String.raw`(?:async )?function\*? ?\w*`;
const METHOD = String.raw`(?:static |override |async |get |set |\*)*#?\w+`;
const HEAD = new RegExp(String.raw`^(\s*)(?:export )?(?:${FUNCTION}|${METHOD})(?:<.*>)?\((.*)$`);
const KEYWORDS =
  /^\s*(?:export )?(?:if|for|while|switch|catch|return|throw|await|else|super|new|case)\b/;

function checkFunctions(path: string, lines: readonly string[]): string[] {
  const problems: string[] = [];
  lines.forEach((line, i) => {
    const head = HEAD.exec(line);
    if (head === null || KEYWORDS.test(line)) return;
    const text = signature(lines, i);
    if (text === undefined) return;
    const [parameters, bodyLine] = text;
    if (parameters > PARAMETERS_MAX) {
      problems.push(`${path}:${i + 1}: ${parameters} parameters`);
    }
    const indent = head[1] ?? "";
    const end = lines.findIndex((other, at) => at > bodyLine && other.startsWith(`${indent}}`));
    const length = end < 0 ? 0 : end - i + 1;
    if (length > FUNCTION_LINES_MAX && !path.endsWith("_test.ts")) {
      problems.push(`${path}:${i + 1}: a function of ${length} lines`);
    }
  });
  return problems;
}

/** Count of parameters and the line on which the body opens; undefined for a mere call. */
function signature(
  lines: readonly string[],
  start: number,
): [number, number] | undefined {
  let depth = 0;
  let commas = 0;
  let content = "";
  for (let at = start; at < Math.min(lines.length, start + 30); at++) {
    const line = lines[at] ?? "";
    const from = at === start ? line.indexOf("(") : 0;
    for (let i = from; i < line.length; i++) {
      const ch = line[i] ?? "";
      if ("([{<".includes(ch) && !(ch === "<" && line[i - 1] === " ")) depth++;
      else if (")]}".includes(ch) || (ch === ">" && line[i - 1] !== "=")) {
        depth--;
      }
      if (depth === 1 && ch === ",") commas++;
      if (depth > 0) content += ch;
      if (depth === 0 && ch === ")") {
        const opens = /^[^;]*\{\s*(\/\/.*)?$/.test(line.slice(i + 1));
        if (!opens) return undefined;
        const trailing = /,\s*$/.test(content.trimEnd());
        return [content.trim() === "(" ? 0 : commas + (trailing ? 0 : 1), at];
      }
    }
  }
  return undefined;
}

function checkFolders(paths: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const path of paths) {
    if (
      path.endsWith("_test.ts") || path.endsWith("/mod.ts") ||
      path.endsWith(".mjs")
    ) continue;
    const folder = path.slice(0, path.lastIndexOf("/"));
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts].filter(([folder, count]) =>
    count > FOLDER_FILES_MAX && !LISTS.some((list) => list.test(folder))
  ).map(([folder, count]) => `${folder}: ${count} files, at most ${FOLDER_FILES_MAX}`);
}

if (import.meta.main) {
  const folders = ["packages", "scripts", "test"];
  const all = (await Promise.all(folders.map((folder) => sources(folder, [".ts", ".mjs"])))).flat();
  const pages = await sources(".", [".md"]);
  report("style", [
    ...all.flatMap(checkSource),
    ...checkFolders(all.map(({ path }) => path)),
    ...pages.flatMap((page) => checkNamedFiles(page, (path) => existsSync(join(root, path)))),
  ]);
}
