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

/** Words of a recording that one node can't take, and waits that need not be as long here. */
const ON_ONE_NODE: readonly (readonly [RegExp, string])[] = [
  [/--replication-factor\n3/, "--replication-factor\n1"],
  [/--replica-assignment\n1:2,2:3/, "--replica-assignment\n1,1"],
  [/--broker-list\n2/, "--broker-list\n1"],
  [/--timeout-ms\n\d+/, "--timeout-ms\n1500"],
  [/max\.block\.ms=\d+/, "max.block.ms=500"],
];

/** `extra`: words that the recording has not. */
export async function said(
  recording: Recording,
  place: Place,
  extra: readonly string[] = [],
): Promise<Text> {
  const input = recording.inputFile === undefined
    ? ""
    : await readFile(join(place.recorded, recording.inputFile), "utf8");
  const [tool = "", ...args] = recording.words;
  return await told([tool, ...here(tool, args, place), ...extra], input);
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
  const line = ON_ONE_NODE.reduce((text, [from, to]) => text.replace(from, to), args.join("\n"));
  return line.split("\n").map((word) =>
    word
      .replaceAll("localhost:9092", `localhost:${place.port}`)
      .replaceAll("localhost:9093", `localhost:${place.port + 1}`)
      .replaceAll(/\/tmp\/kraft-logs(-\d)?(?=\/)/g, dataDir)
      .replace(/^server\.properties$/, place.properties)
      .replace(/^[\w-]+\.json$/, (file) => join(place.recorded, file))
  );
}

/** What no recording shows, but its session has done. */
export async function consumed(place: Place, group: string): Promise<void> {
  const at = ["--bootstrap-server", `localhost:${place.port}`, "--topic", "orders"];
  const { code, err } = await told([
    ...["kafka-console-consumer", ...at, "--group", group],
    ...["--from-beginning", "--timeout-ms", "1500"],
  ]);
  if (code !== 0) throw new Error(err.join("\n"));
}

export interface Member {
  /** It leaves its group. */
  end(): Promise<void>;
}

/** A member of group `live`, that has read all. */
export async function liveMember(place: Place): Promise<Member> {
  const abort = new AbortController();
  const terminal = new MemoryTerminal();
  terminal.interruption = () => abort.signal;
  const at = ["--bootstrap-server", `localhost:${place.port}`];
  const group = ["--group", "live", "--command-property", "client.id=live-client"];
  const often = ["--command-property", "auto.commit.interval.ms=200"];
  const topic = ["--topic", "orders", "--from-beginning"];
  const running = run(["consume", ...at, ...topic, ...group, ...often], terminal);
  const deadlineMs = performance.now() + MEMBER_MS_MAX;
  for (;;) {
    const described = await told(["kafka-consumer-groups", ...at, "--describe", "--group", "live"]);
    const isDone = described.out.filter((line) => / 0 +live-client/.test(line)).length === 3;
    if (isDone) break;
    if (performance.now() > deadlineMs) throw new Error(described.out.join("\n"));
  }
  return {
    async end() {
      abort.abort();
      await running;
    },
  };
}

const MEMBER_MS_MAX = 60_000;
