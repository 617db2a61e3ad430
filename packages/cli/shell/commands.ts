// The commands of the shell, over a tree and the place in it where the shell is. What they show are
// lines; what goes wrong is a line as well.

import { find, nodeAt, partsOf } from "./paths.ts";
import { childOf, namesIn, type ShellDirectory, type ShellNode } from "./node.ts";

export interface ShellState {
  readonly root: ShellDirectory;
  /** Where relative paths begin. */
  place: readonly string[];
  /** All lines so far, this one included. */
  readonly history: string[];
  isOver: boolean;
  /** Something could not be done. */
  hasFailed: boolean;
}

export interface ShellCommand {
  readonly help: string;
  /** Of the arguments, as usage shows it. */
  readonly usage: string;
  readonly argument?: { readonly name: string; readonly help: string };
  readonly least: number;
  readonly most: number;
  run(args: readonly string[], state: ShellState): Iterable<string>;
}

const COMMANDS = new Map<string, ShellCommand>();

/** In the order of their names. */
export const SHELL_COMMANDS: ReadonlyMap<string, ShellCommand> = COMMANDS;

const targets = (help: string) => ({ name: "targets", help });
const MANY = Number.POSITIVE_INFINITY;

COMMANDS.set("cat", {
  help: "Show the contents of metadata files.",
  usage: "targets [targets ...]",
  argument: targets("The metadata files to display."),
  least: 1,
  most: MANY,
  *run(paths, state) {
    for (const { path, node } of reached(paths, state)) {
      if (node === undefined) yield failed(state, `cat: ${path}: No such file or directory.`);
      else if (node.kind === "directory") yield failed(state, `cat: ${path}: Is a directory`);
      else yield node.text();
    }
  },
});

COMMANDS.set("cd", {
  help: "Set the current working directory.",
  usage: "[target]",
  argument: { name: "target", help: "The directory to change to." },
  least: 0,
  most: 1,
  *run([path = "/"], state) {
    const [found, ...others] = find(state.root, path, state.place) ?? [];
    if (found === undefined) return yield failed(state, `cd: ${path}: no such directory.`);
    if (found.node.kind === "file") return yield failed(state, `cd: ${path}: not a directory.`);
    if (others.length > 0) return yield failed(state, `cd: ${path}: more than one directory.`);
    state.place = partsOf(found.path, state.place);
  },
});

COMMANDS.set("exit", {
  help: "Exit the metadata shell.",
  usage: "",
  least: 0,
  most: 0,
  *run(_, state) {
    state.isOver = true;
  },
});

COMMANDS.set("find", {
  help: "Search for nodes in the directory hierarchy.",
  usage: "[paths [paths ...]]",
  argument: { name: "paths", help: "The paths to start at." },
  least: 0,
  most: MANY,
  *run(paths, state) {
    for (const { path, node } of reached(paths.length === 0 ? ["."] : paths, state)) {
      if (node !== undefined) yield* pathsBelow(path, node);
      else yield failed(state, `find: ${path}: no such file or directory.`);
    }
  },
});

function* pathsBelow(path: string, node: ShellNode): Generator<string> {
  yield path;
  if (node.kind === "file") return;
  for (const name of namesIn(node)) {
    const child = childOf(node, name);
    if (child !== undefined) yield* pathsBelow(`${path === "/" ? "" : path}/${name}`, child);
  }
}

COMMANDS.set("help", {
  help: "Display this help message.",
  usage: "",
  least: 0,
  most: 0,
  *run() {
    const names = [...SHELL_COMMANDS.keys()].join(",");
    yield "Welcome to the Apache Kafka metadata shell.";
    yield "";
    yield `usage:  {${names}} ...`;
    yield "";
    yield "positional arguments:";
    yield `  {${names}}`;
    for (const [name, { help }] of SHELL_COMMANDS) yield `    ${name.padEnd(20)} ${help}`;
  },
});

COMMANDS.set("history", {
  help: "Print command history.",
  usage: "[numEntriesToShow]",
  argument: { name: "numEntriesToShow", help: "The number of entries to show." },
  least: 0,
  most: 1,
  *run([count], state) {
    const wanted = count === undefined ? MANY : Number(count);
    if (!(wanted >= 0)) return yield failed(state, `history: ${count} is no number`);
    const first = Math.max(0, state.history.length - wanted);
    for (const [i, line] of state.history.entries()) {
      if (i >= first) yield `${`${i}`.padStart(5)}  ${line}`;
    }
  },
});

COMMANDS.set("ls", {
  help: "List metadata nodes.",
  usage: "[targets [targets ...]]",
  argument: targets("The metadata node paths to list."),
  least: 0,
  most: MANY,
  *run(paths, state) {
    const all = reached(paths.length === 0 ? ["."] : paths, state);
    for (const { path, node } of all) {
      if (node === undefined) yield failed(state, `ls: ${path}: no such file or directory.`);
    }
    const there = all.filter((one): one is Reached & { node: ShellNode } => one.node !== undefined);
    const files = there.filter(({ node }) => node.kind === "file");
    for (const { path } of files) yield lastName(path);
    let isFirst = files.length === 0;
    for (const { path, node } of there) {
      if (node.kind === "file") continue;
      if (!isFirst) yield "";
      isFirst = false;
      if (there.length > 1) yield `${lastName(path)}:`;
      yield* namesIn(node);
    }
  },
});

COMMANDS.set("man", {
  help: "Show the help text for a specific command.",
  usage: "cmd",
  argument: { name: "cmd", help: "The command to get help text for." },
  least: 1,
  most: 1,
  *run([name = ""], state) {
    const command = SHELL_COMMANDS.get(name);
    if (command === undefined) {
      const what = "Type help to get a list of commands.";
      return yield failed(state, `man: unknown command ${name}. ${what}`);
    }
    yield `${name}: ${command.help}`;
    yield "";
    yield `usage: ${[name, command.usage].join(" ").trim()}`;
    const { argument } = command;
    if (argument === undefined) return;
    yield "";
    yield "positional arguments:";
    yield `  ${argument.name.padEnd(22)} ${argument.help}`;
  },
});

COMMANDS.set("pwd", {
  help: "Print the current working directory.",
  usage: "",
  least: 0,
  most: 0,
  *run(_, { place }) {
    yield `/${place.join("/")}`;
  },
});

COMMANDS.set("tree", {
  help: "Show the contents of metadata nodes in a tree structure.",
  usage: "targets [targets ...]",
  argument: targets("The metadata nodes to display."),
  least: 1,
  most: MANY,
  *run(paths, state) {
    for (const { path, node } of reached(paths, state)) {
      if (node !== undefined) yield* contents(node, "");
      else yield failed(state, `tree: ${path}: No such file or directory.`);
    }
  },
});

function* contents(node: ShellNode, indent: string): Generator<string> {
  if (node.kind === "file") return yield `${indent}${node.text()}`;
  for (const name of namesIn(node)) {
    yield `${indent}${name}:`;
    const child = childOf(node, name);
    if (child !== undefined) yield* contents(child, `${indent}  `);
  }
}

interface Reached {
  readonly path: string;
  /** Undefined: there is nothing. */
  readonly node: ShellNode | undefined;
}

function reached(paths: readonly string[], { root, place }: ShellState): Reached[] {
  return paths.flatMap((path): readonly Reached[] =>
    find(root, path, place) ?? [{ path, node: nodeAt(root, partsOf(path, place)) }]
  );
}

function failed(state: ShellState, line: string): string {
  state.hasFailed = true;
  return line;
}

function lastName(path: string): string {
  return path.replace(/\/+$/, "").split("/").at(-1) ?? path;
}
