// Three controllers and three brokers: the active controller is killed again and again, then
// stopped for longer than sessions last, then all six are killed. What was accepted stays, and
// nobody waits long.

import { parseArgs } from "node:util";
import { seededRandom, type Uuid, ZERO_UUID } from "@odradek/base";
import { Admin, BrokerRefused, connect, done } from "@odradek/client";
import { topicNamed } from "@odradek/metadata";
import {
  compareSnapshots,
  differencesOfImages,
  fencedBehind,
  imageOfLog,
} from "./metadata_files.ts";
import { BROKERS, CONTROLLERS, SixNodes } from "./six_nodes.ts";
import { Waiting } from "./stale_reads.ts";
import { PARTITIONS, pause, TopicMaker } from "./topic_maker.ts";
import { median, Verdicts } from "./verdicts.ts";

const GAP_MS_MAX = 500;
/** Longer than a session, which is 9 s. */
const STOPPED_MS = 10_000;
const BETWEEN_TOPICS = { least: 20, more: 30 } as const;
/** Small, so that there are many of them to compare. */
const SNAPSHOTS = "metadata.log.max.record.bytes.between.snapshots=3000";

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "20" },
      seed: { type: "string", default: "1" },
    },
  });
  const random = seededRandom(Number(values.seed));
  const verdicts = new Verdicts();
  await using nodes = await SixNodes.start([SNAPSHOTS]);
  await using cluster = connect(nodes.addresses);
  const admin = new Admin(cluster);
  const begun = (await admin.describeQuorum()).highWatermark;
  await using maker = new TopicMaker(nodes.addresses, { prefix: "made", replicas: 3 });

  const gaps: number[] = [];
  console.log("round  killed  epoch  without CreateTopics, ms  topics");
  for (let round = 1; round <= Number(values.rounds); round++) {
    await maker.makes(BETWEEN_TOPICS.least + random.below(BETWEEN_TOPICS.more));
    const { leaderId, leaderEpoch } = await admin.describeQuorum();
    const atMs = performance.now();
    await nodes.kill(leaderId);
    await maker.makes(BETWEEN_TOPICS.least);
    gaps.push(maker.longestGapAround(atMs));
    await nodes.restart(leaderId);
    const cells = [round, leaderId, leaderEpoch, Math.round(gaps.at(-1) ?? 0), maker.accepted.size];
    console.log(cells.map((cell, i) => `${cell}`.padStart([5, 7, 6, 25, 7][i] ?? 0)).join(" "));
  }
  const middle = Math.round(median(gaps));
  const range = `median ${middle} ms, ${Math.round(Math.min(...gaps))}..` +
    `${Math.round(Math.max(...gaps))} ms`;
  verdicts.add(`no CreateTopics for ${GAP_MS_MAX} ms at most`, middle <= GAP_MS_MAX, range);

  const { made } = await stopTheLeader({ nodes, admin, maker, verdicts });
  await maker.stop();
  verdicts.none("all CreateTopics were accepted in the end", maker.failures);
  await nodes.killAll();
  const logs = CONTROLLERS.map((id) => nodes.metadataFolderOf(id));
  const fenced = Math.max(...await Promise.all(logs.map((log) => fencedBehind(log, begun))));
  verdicts.add("no broker was fenced", fenced === 0, `${fenced} were`);

  await nodes.restartAll();
  verdicts.none("whoever asks after all six were killed finds what was accepted", [
    ...await lost(nodes, maker.accepted),
    ...await lost(nodes, made),
  ]);
  await nodes.killAll();
  const all = [...CONTROLLERS, ...BROKERS].map((id) => nodes.metadataFolderOf(id));
  verdicts.none("the image is the same on all six", await differencesOfImages(all));
  verdicts.none("no topic is half made", halfMade(await imageOfLog(all[0] ?? "")));
  const { compared, differences } = await compareSnapshots(all);
  verdicts.none(`${compared} snapshots of one offset are the same`, [
    ...differences,
    ...compared === 0 ? ["no two nodes have taken one at the same offset"] : [],
  ]);
  return verdicts.end();
}

/** It goes on after others have elected another one. */
async function stopTheLeader(
  { nodes, admin, maker, verdicts }: {
    readonly nodes: SixNodes;
    readonly admin: Admin;
    readonly maker: TopicMaker;
    readonly verdicts: Verdicts;
  },
) {
  const [doomed] = maker.accepted.keys();
  if (doomed === undefined) throw new Error("No topic was made");
  const { leaderId, leaderEpoch } = await admin.describeQuorum();
  await using waiting = await Waiting.connect(nodes.controllerAddresses, leaderId);
  nodes.signal(leaderId, "SIGSTOP");
  const atMs = performance.now();
  await maker.makes(1);
  await deleteTopic(admin, doomed);
  maker.accepted.delete(doomed);
  await pause(STOPPED_MS - (performance.now() - atMs));
  const asking = waiting.ask(doomed, leaderEpoch);
  await pause(100);
  nodes.signal(leaderId, "SIGCONT");
  const { stale, made, seen } = await asking;
  const gap = Math.round(maker.longestGapAround(atMs));
  console.log(`controller ${leaderId} was stopped: ${gap} ms without CreateTopics`);
  for (const one of seen) console.log(`     to what waited for it, ${one}`);
  verdicts.none("a leader that comes back serves nothing stale", stale);
  await maker.makes(BETWEEN_TOPICS.least);
  return { made };
}

async function deleteTopic(admin: Admin, name: string): Promise<void> {
  try {
    done((await admin.deleteTopics([name])).get(name));
  } catch (error) {
    // Deleted by one who could not say so any more.
    const isGone = error instanceof BrokerRefused && error.error === "UNKNOWN_TOPIC_OR_PARTITION";
    if (!isGone) throw error;
  }
}

/** What a client does not find, or finds in another shape. */
async function lost(nodes: SixNodes, accepted: ReadonlyMap<string, Uuid>): Promise<string[]> {
  await using cluster = connect(nodes.addresses);
  const described = await new Admin(cluster).describeTopics([...accepted.keys()]);
  return [...accepted].flatMap(([name, topicId]) => {
    const found = described.get(name);
    if (found === undefined || !("partitions" in found)) return [`${name} is gone`];
    if (topicId !== ZERO_UUID && found.topicId !== topicId) return [`${name} is another topic`];
    return [];
  });
}

function halfMade(image: Awaited<ReturnType<typeof imageOfLog>>): string[] {
  return [...image.topicIds].flatMap(([name]) => {
    const { partitions = [] } = topicNamed(image, name) ?? {};
    const isWhole = !name.startsWith("made-") || name === "made-by-the-old-leader" ||
      (partitions.length === PARTITIONS && partitions.every(({ replicas }) =>
        replicas.length === BROKERS.length
      ));
    return isWhole ? [] : [`${name} has ${partitions.length} partitions`];
  });
}

process.exit(await main());
