// Starts a node on a copy of an archived data directory of Apache Kafka, and compares everything
// that clients see with what Kafka's own clients saw on it.

import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type Cluster, connect } from "@odradek/client";
import {
  freePort,
  removeFolder,
  startProcess,
  temporaryFolder,
} from "../integration/processes.ts";
import { checkCluster } from "./cluster_facts.ts";
import { type Expected, type ExpectedPartition, nameOf, type PartitionName } from "./expected.ts";
import { Facts } from "./facts.ts";
import { segmentsOf, unpack } from "./files.ts";
import { checkGroups } from "./group_facts.ts";
import { type Part, partsThere, SKIPPED, skipLater, UNFINISHED } from "./later.ts";
import {
  checkLeaderEpochs,
  checkOffsets,
  checkProducers,
  PRODUCER_IDLE_MS_MAX,
} from "./partition_facts.ts";
import { checkBatches, checkRecords } from "./record_facts.ts";
import { checkConfigs, checkQuotas, checkScramUsers } from "./setting_facts.ts";
import { beforeLastMarker } from "./unfinished.ts";

/** Nothing may expire, and nothing be cleaned, while we look: the records are years old. */
const SETTINGS = [
  "log.retention.ms=-1",
  `producer.id.expiration.ms=${PRODUCER_IDLE_MS_MAX}`,
  "log.cleaner.backoff.ms=3600000",
  "offsets.retention.minutes=2147483647",
  "transaction.max.timeout.ms=2147483647",
];
/** Dumps of the files stand beside this one: they are of the directory that was left in order. */
const DUMPED = "expected.json";
const SHOWN_MAX = 50;

type Named = ExpectedPartition & PartitionName;

/** What is checked against what. */
interface Check {
  readonly archive: string;
  readonly dataDir: string;
  readonly expected: Expected;
  /** Undefined: there are no dumps. */
  readonly dumps: string | undefined;
  readonly facts: Facts;
}

/** All facts of `expectedFile`, on a node over a copy of what the archive holds. */
export async function checkDataDirectory(archive: string, expectedFile: string): Promise<Facts> {
  const expected = JSON.parse(await readFile(expectedFile, "utf8")) as Expected;
  const dumps = basename(expectedFile) === DUMPED ? join(dirname(expectedFile), "dump") : undefined;
  const folder = await temporaryFolder("data-dir");
  const facts = new Facts();
  try {
    const dataDir = await unpack(archive, folder);
    await checkOnNode({ archive: basename(archive), dataDir, expected, dumps, facts });
  } finally {
    await removeFolder(folder);
  }
  return facts;
}

async function checkOnNode(check: Check): Promise<void> {
  const { facts, dataDir, expected } = check;
  const partitions = partitionsOf(expected);
  for (const { segmentsAsLeft, ...one } of partitions) {
    if (segmentsAsLeft === undefined) continue;
    const name = `${nameOf(one)} segments as they were left`;
    facts.compare(name, segmentsAsLeft, await segmentsOf(dataDir, one));
  }
  const port = await freePort();
  const node = await startProcess({ port, dataDir, overrides: SETTINGS });
  const cluster = connect(node.address);
  try {
    await facts.attempt("cluster", () => checkCluster(facts, cluster, expected));
    // Members may leave and offsets may expire while we look: groups come first.
    await facts.attempt("groups", () => checkGroups(facts, cluster, expected));
    const there = await partsThere(cluster);
    for (const one of partitions) {
      const work = () => checkPartition(check, cluster, { one, there });
      await facts.attempt(nameOf(one), work);
    }
    await facts.attempt("configurations", () => checkConfigs(facts, cluster, expected));
    await facts.attempt("quotas", () => checkQuotas(facts, cluster, expected));
    await facts.attempt("SCRAM users", () => checkScramUsers(facts, cluster, expected));
    skipLater(facts, expected, there);
  } finally {
    cluster.close();
    facts.compare("exit status", 0, await node.stop());
  }
}

interface Checked {
  readonly one: Named;
  readonly there: ReadonlySet<Part>;
}

async function checkPartition(
  { facts, dataDir, archive, dumps }: Check,
  cluster: Cluster,
  { one, there }: Checked,
): Promise<void> {
  const name = nameOf(one);
  const isUnfinished = !there.has("transaction coordinator") &&
    UNFINISHED.get(archive)?.includes(name) === true;
  const expected = isUnfinished ? await beforeLastMarker(cluster, one) : one;
  await checkOffsets(facts, cluster, expected);
  await checkLeaderEpochs(facts, cluster, expected);
  if (isUnfinished && one.activeProducers !== undefined) {
    facts.skip("transaction coordinator", `${name} producers`);
  }
  if (!isUnfinished) await checkProducers(facts, cluster, expected);
  await checkRecords(facts, cluster, { ...expected, isUnfinished });
  if (dumps !== undefined) {
    const dump = await readDump(dumps, name);
    await checkBatches(facts, cluster, { ...expected, dump });
  }
  if (one.segments !== undefined) {
    facts.compare(`${name} segments`, one.segments, await segmentsOf(dataDir, one));
  }
}

function partitionsOf({ topics }: Expected): Named[] {
  return Object.entries(topics)
    .flatMap(([topic, { partitions }]) => partitions.map((one) => ({ ...one, topic })));
}

/** The lines of a dump. The reference shortens the longest name. */
async function readDump(folder: string, name: string): Promise<string[]> {
  const file = name.replace(/n{100,}_x/, "LONG");
  return (await readFile(join(folder, `${file}.log.txt`), "utf8")).split("\n");
}

function report(facts: Facts, skippedWanted: number | undefined): number {
  for (const failure of facts.failures.slice(0, SHOWN_MAX)) console.log(`failed: ${failure}`);
  for (const [part, names] of facts.skipped) {
    console.log(`skipped until there is the ${part}: ${names.length} facts`);
    for (const name of names) console.log(`  ${name}`);
  }
  const { passed, failures: { length: failed }, skippedCount: skipped } = facts;
  const isAsWanted = skippedWanted === undefined || skippedWanted === skipped;
  if (!isAsWanted) console.log(`${skipped} facts were skipped, and ${skippedWanted} may be`);
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  return failed === 0 && passed > 0 && isAsWanted ? 0 : 1;
}

async function main([archive, expectedFile]: readonly string[]): Promise<number> {
  if (archive === undefined || expectedFile === undefined) {
    console.error("Usage: check_data_dir TAR EXPECTED.json");
    return 1;
  }
  const facts = await checkDataDirectory(archive, expectedFile);
  return report(facts, SKIPPED.get(basename(archive)));
}

if (import.meta.main) process.exit(await main(process.argv.slice(2)));
