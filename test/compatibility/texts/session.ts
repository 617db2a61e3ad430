// Our commands, called by the names of Kafka's tools and with the words of a recording, against one
// node: each in this process, on a terminal in memory.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../../../packages/cli/program.ts";
import { argumentsAs } from "../../../packages/cli/registry.ts";
import { MemoryTerminal } from "../../../packages/cli/testing/memory_terminal.ts";
import { linesOf, type Recording, type Text } from "./recording.ts";

export interface Place {
  /** Of the recordings, and of the files that they name. */
  readonly recorded: string;
  readonly port: number;
  /** Where /tmp/kraft-logs was. */
  readonly dataDir: string;
  /** Where /tmp/kraft-logs was for kafka-storage, and its server.properties. */
  readonly storageDir: string;
  readonly properties: string;
}

/** Words of a recording that one node can't take, and what it is told instead. */
const ON_ONE_NODE: readonly (readonly [string, string])[] = [
  ["--replication-factor 3", "--replication-factor 1"],
  ["--replica-assignment 1:2,2:3", "--replica-assignment 1,1"],
  ["--broker-list 2", "--broker-list 1"],
];

export async function said(recording: Recording, place: Place): Promise<Text> {
  const input = recording.inputFile === undefined
    ? ""
    : await readFile(join(place.recorded, recording.inputFile), "utf8");
  const [tool = "", ...args] = recording.words;
  return await told([tool, ...here(tool, args, place)], input);
}

/** Also of commands that no recording has: `words` begin with the tool. */
export async function told(words: readonly string[], input = ""): Promise<Text> {
  const terminal = new MemoryTerminal(input);
  const [tool = "", ...args] = words;
  const code = await run(argumentsAs(`${tool}.sh`, args), terminal);
  return { out: linesOf(terminal.output), err: terminal.remarks.flatMap(linesOf), code };
}

function here(tool: string, args: readonly string[], place: Place): string[] {
  const dataDir = tool === "kafka-storage" ? place.storageDir : place.dataDir;
  let line = args.join("\0");
  for (const [from, to] of ON_ONE_NODE) {
    line = line.replaceAll(from.replaceAll(" ", "\0"), to.replaceAll(" ", "\0"));
  }
  return line.split("\0").map((word) =>
    word
      .replaceAll("localhost:9092", `localhost:${place.port}`)
      .replaceAll(/\/tmp\/kraft-logs(-\d)?(?=\/)/g, dataDir)
      .replace(/^server\.properties$/, place.properties)
      .replace(/^[\w-]+\.json$/, (file) => join(place.recorded, file))
  );
}

/** A member of group `live`, until the disposal. */
export function liveMember(place: Place): { end(): Promise<void> } {
  const abort = new AbortController();
  const terminal = new MemoryTerminal();
  terminal.interruption = () => abort.signal;
  const args = ["consume", "--bootstrap-server", `localhost:${place.port}`, "--topic", "orders"];
  const group = ["--group", "live", "--command-property", "client.id=live-client"];
  const running = run([...args, ...group, "--from-beginning"], terminal);
  return {
    async end() {
      abort.abort();
      await running;
    },
  };
}
