// How long a start takes after a kill: many partitions, each with a large segment that is on disk
// for sure, and a smaller one that must be read through. The large ones have holes instead of
// records, so that they cost nothing to make; nobody reads them.

import { closeSync, ftruncateSync, openSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Admin, connect, done } from "@odradek/client";
import { Batch } from "@odradek/protocol/records/batch";
import { buildBatch } from "@odradek/protocol/records/builder";
import { encodeSnapshot } from "@odradek/log/producers/snapshot";
import { freePort, removeFolder, startProcess, temporaryFolder } from "./processes.ts";

export interface RestartOptions {
  readonly partitions: number;
  /** Of all large segments together. */
  readonly sparseBytes: number;
  /** Of each segment that is recovered. */
  readonly recoveredBytes: number;
  readonly reactors: number;
}

export interface RestartResult {
  readonly killedMs: number;
  readonly cleanMs: number;
  readonly progress: readonly string[];
}

const TOPICS = 20;
/** Where the segment begins that is recovered. */
const RECOVERY_POINT = 1000;

export async function measureRestart(options: RestartOptions): Promise<RestartResult> {
  const dataDir = await temporaryFolder("restart");
  const port = await freePort();
  const overrides = [
    `odradek.reactors=${options.reactors}`,
    "initial.broker.registration.timeout.ms=600000",
    "controller.quorum.request.timeout.ms=60000",
  ];
  const start = () => startProcess({ port, dataDir, overrides, readyMsMax: 600_000 });
  try {
    let node = await start();
    await createTopics(node.address, options.partitions);
    await node.kill();
    fill(dataDir, options);
    node = await start();
    const killedMs = readyMs(node.output());
    const progress = node.output().split("\n").filter((line) => /Opened \d+ of/.test(line));
    await node.stop();
    node = await start();
    const cleanMs = readyMs(node.output());
    await node.stop();
    return { killedMs, cleanMs, progress };
  } finally {
    await removeFolder(dataDir);
  }
}

async function createTopics(address: string, partitions: number): Promise<void> {
  const cluster = connect(address);
  try {
    const admin = new Admin(cluster);
    for (let i = 0; i < TOPICS; i++) {
      const topic = { name: `t${i}`, partitions: Math.ceil(partitions / TOPICS) };
      done((await admin.createTopics([topic])).get(topic));
    }
  } finally {
    await cluster[Symbol.asyncDispose]();
  }
}

/** Puts both segments into the directory of each partition. */
function fill(dataDir: string, { partitions, sparseBytes, recoveredBytes }: RestartOptions): void {
  const large = Math.floor(sparseBytes / partitions);
  const header = buildBatch([{ value: new Uint8Array(1) }], { leaderEpoch: 0, timestamp: 1 });
  // It says that it fills the segment, and ends where the next one begins.
  const view = new DataView(header.buffer, header.byteOffset);
  view.setInt32(8, large - 12);
  view.setInt32(23, RECOVERY_POINT - 1);
  const recovered = batches(recoveredBytes);
  const snapshot = encodeSnapshot([]);
  const points: string[] = [];
  for (const name of readdirSync(dataDir).filter((one) => /^t\d+-\d+$/.test(one))) {
    const directory = join(dataDir, name);
    for (const file of readdirSync(directory)) {
      if (/^\d{20}\./.test(file)) rmSync(join(directory, file));
    }
    const fd = openSync(join(directory, "00000000000000000000.log"), "w");
    writeFileSync(fd, header);
    ftruncateSync(fd, large);
    closeSync(fd);
    for (const suffix of ["index", "timeindex"]) {
      writeFileSync(join(directory, `00000000000000000000.${suffix}`), "");
    }
    const stem = join(directory, String(RECOVERY_POINT).padStart(20, "0"));
    writeFileSync(`${stem}.log`, recovered);
    // As rolling leaves it: without, the large segment would be read for its producers.
    writeFileSync(`${stem}.snapshot`, snapshot);
    points.push(name.replace("-", " ") + ` ${RECOVERY_POINT}`);
  }
  const text = ["0", points.length, ...points].join("\n") + "\n";
  writeFileSync(join(dataDir, "recovery-point-offset-checkpoint"), text);
}

function batches(bytes: number): Uint8Array {
  const all: Uint8Array[] = [];
  let baseOffset = RECOVERY_POINT;
  for (let size = 0; size < bytes;) {
    const records = Array.from({ length: 10 }, () => ({ value: new Uint8Array(1000).fill(120) }));
    const batch = new Batch(buildBatch(records, { baseOffset, leaderEpoch: 0, timestamp: 2 }));
    all.push(batch.bytes);
    baseOffset = batch.nextOffset;
    size += batch.bytes.length;
  }
  return new Uint8Array(Buffer.concat(all));
}

function readyMs(output: string): number {
  return Number(/ready in (\d+) ms/.exec(output)?.[1] ?? Number.NaN);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      partitions: { type: "string", default: "2000" },
      gigabytes: { type: "string", default: "20" },
      kilobytes: { type: "string", default: "100" },
      reactors: { type: "string", default: "1" },
    },
  });
  const { killedMs, cleanMs, progress } = await measureRestart({
    partitions: Number(values.partitions),
    sparseBytes: Number(values.gigabytes) * 1e9,
    recoveredBytes: Number(values.kilobytes) * 1000,
    reactors: Number(values.reactors),
  });
  for (const line of progress) console.log(line);
  console.log(
    `${values.partitions} partitions, ${values.gigabytes} GB sparse, ` +
      `${values.kilobytes} kB each to recover: ready in ${killedMs} ms after a kill, ` +
      `in ${cleanMs} ms after a clean stop`,
  );
  return Number.isNaN(killedMs) || Number.isNaN(cleanMs) ? 1 : 0;
}

if (import.meta.main) process.exit(await main());
