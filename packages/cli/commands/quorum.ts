// odradek quorum: who agrees on the metadata, how far each is, and who is to agree
// (kafka-metadata-quorum).

import { systemClock } from "@odradek/base";
import { Admin, type DescribedQuorum, type QuorumReplica } from "@odradek/client";
import type { Command } from "commander";
import type { CliCommand } from "../command.ts";
import { Failure } from "../failure.ts";
import { addConnectionFlags, connection } from "../flags/connection.ts";
import { type Paint, plain } from "../looks.ts";
import type { Terminal } from "../terminal.ts";
import { describeAddController, describeRemoveController } from "./quorum/voter_changes.ts";

interface QuorumFlags {
  readonly status?: boolean;
  readonly replication?: boolean;
  readonly humanReadable?: boolean;
  readonly json?: boolean;
}

export const quorum: CliCommand = {
  name: "quorum",
  describe(program, terminal) {
    const describe = program.command("describe")
      .description("show the quorum of the controllers");
    // Kafka's tool has them before the verb, people have them behind it as well.
    for (const command of [program, describe]) {
      addConnectionFlags(command, { withController: true });
    }
    const add = program.command("add-controller").description("let a controller vote");
    const remove = program.command("remove-controller")
      .description("let a controller vote no more");
    for (const command of [add, remove]) addConnectionFlags(command, { withController: true });
    describeAddController(add, terminal);
    describeRemoveController(remove, terminal);
    describe
      .option("--status", "who leads, and how far the quorum is")
      .option("--replication", "how far each node is")
      .option("--human-readable", "with --replication: times as how long ago")
      .option("--json", "as one JSON document")
      .action((_, command: Command) => run(command.optsWithGlobals(), terminal));
  },
};

async function run(flags: QuorumFlags, terminal: Terminal): Promise<void> {
  if (flags.status === true && flags.replication === true) {
    throw new Failure("Only one of --status or --replication should be specified with describe");
  }
  if (flags.status !== true && flags.replication !== true && flags.json !== true) {
    throw new Failure("One of --status or --replication must be specified with describe");
  }
  const { cluster } = await connection({ ...flags }, { terminal });
  await using _ = cluster;
  const admin = new Admin(cluster);
  const described = await admin.describeQuorum();
  const { clusterId } = await admin.describeCluster();
  if (flags.json === true) {
    const endpoints = Object.fromEntries(described.endpoints);
    return terminal.print(JSON.stringify({ clusterId, ...described, endpoints }));
  }
  const { paint } = terminal;
  const now = flags.humanReadable === true ? systemClock.now() : undefined;
  const lines = flags.status === true
    ? statusLines(described, clusterId ?? "", paint)
    : replicationLines(described, { now, paint });
  for (const line of lines) terminal.print(line);
}

export function statusLines(
  quorum: DescribedQuorum,
  clusterId: string,
  paint: Paint = plain,
): string[] {
  const { leaderId, voters, observers } = quorum;
  const leader = voters.find(({ id }) => id === leaderId);
  const others = voters.filter(({ id }) => id !== leaderId);
  const slowest = [...others].sort((a, b) => a.endOffset - b.endOffset)[0];
  const lag = slowest === undefined ? 0 : (leader?.endOffset ?? 0) - slowest.endOffset;
  const facts: [string, string][] = [
    ["ClusterId:", clusterId],
    ["LeaderId:", leaderId < 0 ? paint("bad", `${leaderId}`) : `${leaderId}`],
    ["LeaderEpoch:", `${quorum.leaderEpoch}`],
    ["HighWatermark:", `${quorum.highWatermark}`],
    ["MaxFollowerLag:", lag > 0 ? paint("warning", `${lag}`) : `${lag}`],
    ["MaxFollowerLagTimeMs:", `${lagTime(leader, slowest)}`],
    ["CurrentVoters:", nodesText(voters, quorum)],
    ["CurrentObservers:", nodesText(observers, quorum)],
  ];
  return facts.map(([name, value]) => `${paint("title", name.padEnd(24))}${value}`);
}

/** -1: not known. */
function lagTime(leader: QuorumReplica | undefined, slowest: QuorumReplica | undefined): number {
  if (slowest === undefined) return 0;
  if (leader?.caughtUpAtMs === undefined || slowest.caughtUpAtMs === undefined) return -1;
  return leader.caughtUpAtMs - slowest.caughtUpAtMs;
}

/** As JSON, with blanks where Kafka's tool has them. */
function nodesText(replicas: readonly QuorumReplica[], { endpoints }: DescribedQuorum): string {
  const all = replicas.map(({ id, directoryId }) => {
    const known = endpoints.get(id);
    const where = known === undefined
      ? ""
      : `, "endpoints": [${known.map((one) => JSON.stringify(one)).join(", ")}]`;
    return `{"id": ${id}, "directoryId": "${directoryId}"${where}}`;
  });
  return `[${all.join(", ")}]`;
}

/** `now`: times are told as how long before it they were. */
export function replicationLines(
  quorum: DescribedQuorum,
  { now, paint = plain }: { readonly now?: number | undefined; readonly paint?: Paint } = {},
): string[] {
  const { leaderId, voters, observers } = quorum;
  const leader = voters.find(({ id }) => id === leaderId);
  const followers = voters.filter(({ id }) => id !== leaderId);
  const time = (ms: number | undefined): string => {
    if (now === undefined || ms === undefined) return `${ms ?? -1}`;
    return `${Math.max(0, now - ms)} ms ago`;
  };
  const row = (status: string) => (replica: QuorumReplica): string[] => [
    `${replica.id}`,
    replica.directoryId,
    `${replica.endOffset}`,
    `${(leader?.endOffset ?? replica.endOffset) - replica.endOffset}`,
    time(replica.fetchedAtMs),
    time(replica.caughtUpAtMs),
    status,
  ];
  const titles = [
    "NodeId",
    "DirectoryId",
    "LogEndOffset",
    "Lag",
    "LastFetchTimestamp",
    "LastCaughtUpTimestamp",
    "Status",
  ];
  const [head = "", ...lines] = tabbed([
    titles,
    ...[leader].filter((one) => one !== undefined).map(row("Leader")),
    ...followers.map(row("Follower")),
    ...observers.map(row("Observer")),
  ]);
  return [paint("title", head), ...lines.map((line) => paintLag(line, paint))];
}

/** The fourth column, if it is not 0. */
function paintLag(line: string, paint: Paint): string {
  const [id = "", directory = "", end = "", lag = "", ...rest] = line.split("\t");
  const shown = Number(lag) === 0 ? lag : paint("warning", lag);
  return [id, directory, end, shown, ...rest].join("\t");
}

/** Columns as wide as their widest cell, a tab after each. */
function tabbed(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0))
  );
  return rows.map((row) => row.map((cell, i) => `${cell.padEnd(widths[i] ?? 0)}\t`).join(""));
}
