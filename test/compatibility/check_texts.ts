// What our commands say, against what Kafka's tools have said in the same session. Every recorded
// text is in one list: the same, meant to differ (differences.ts), or of a later part (later.ts).

import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { removeFolder, startProcess, temporaryFolder } from "../integration/processes.ts";
import { differencesOf, problemsOf } from "./texts/compare.ts";
import { DIFFERENCES, namesOf } from "./texts/differences.ts";
import { laterFiles } from "./texts/later.ts";
import { GROUPS, ORDER, STOP } from "./texts/order.ts";
import { readRecording } from "./texts/recording.ts";
import { consumed, liveMember, type Member, type Place, said } from "./texts/session.ts";
import { pageWith } from "./texts/table.ts";

const RECORDED = fileURLToPath(
  new URL("../../../shared/reference/tool-output", import.meta.url),
);
const PAGE = fileURLToPath(new URL("../../docs/cli.md", import.meta.url));
/** As wide in tables as the recorded ones: four digits. */
const PORTS = { from: 4000, to: 9000 } as const;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      recorded: { type: "string", default: RECORDED },
      write: { type: "boolean", default: false },
    },
  });
  if (!existsSync(values.recorded)) {
    console.error(`There is no ${values.recorded}: --recorded names the folder with the texts`);
    return 1;
  }
  const problems = new Map(await listProblems(values.recorded));
  const folder = await temporaryFolder("texts");
  try {
    for (const [name, some] of await session(await placeIn(folder, values.recorded))) {
      problems.set(name, some);
    }
  } finally {
    await removeFolder(folder);
  }
  const failed = [...problems].filter(([, some]) => some.length > 0);
  for (const [name, some] of failed) console.log(`FAIL ${name}\n${some.join("\n")}`);
  const names = ORDER.filter((name) => name.startsWith("kafka-"));
  const equal = names.filter((name) => differencesOf(name).length === 0).length;
  const page = await readFile(PAGE, "utf8");
  const wanted = pageWith(page, equal);
  if (values.write) await writeFile(PAGE, wanted);
  else if (page !== wanted) failed.push(["docs/cli.md", ["is old: --write makes it anew"]]);
  console.log(
    `${equal} texts are the same, ${names.length - equal} differ as they should, ` +
      `${laterFiles().length} are for later`,
  );
  console.log(`${problems.size - failed.length} passed, ${failed.length} failed`);
  return failed.length === 0 ? 0 : 1;
}

/** Texts that are in no list or in two, and names in the lists that are no text. */
async function listProblems(recorded: string): Promise<[string, string[]][]> {
  const listed = [...ORDER.filter((name) => name.startsWith("kafka-")), ...laterFiles()];
  const compared = new Set(ORDER);
  const files = (await readdir(recorded)).filter((file) => /^kafka-.*\.txt$/.test(file))
    .map((file) => file.replace(/\.txt$/, ""));
  const differing = DIFFERENCES.flatMap((one) => namesOf(one.files).map((name) => `kafka-${name}`));
  return [["the lists", [
    ...files.filter((name) => !listed.includes(name)).map((name) => `${name} is in no list`),
    ...listed.filter((name) => !files.includes(name)).map((name) => `there is no ${name}.txt`),
    ...listed.filter((name, i) => listed.indexOf(name) !== i).map((name) => `${name} is twice`),
    ...differing.filter((name) => !compared.has(name)).map((name) => `${name} is not compared`),
  ]]];
}

async function session(place: Place): Promise<[string, string[]][]> {
  const results: [string, string[]][] = [];
  const node = await startProcess({
    port: place.port,
    dataDir: place.dataDir,
    overrides: settingsOf(place),
  });
  let live: Member | undefined;
  try {
    for (const step of ORDER) {
      if (step === GROUPS) {
        await consumed(place, "modern");
        live = await liveMember(place);
      } else if (step === STOP) {
        await live?.end();
        live = undefined;
        await node.stop();
      } else {
        results.push([step, await compared(step, place)]);
      }
    }
  } finally {
    await live?.end();
    await node.stop();
  }
  return results;
}

async function compared(name: string, place: Place): Promise<string[]> {
  const recording = await readRecording(place.recorded, name);
  const extra = differencesOf(name).flatMap(({ words = [] }) => words);
  try {
    const saidPlainly = extra.length === 0 ? undefined : await said(recording, place);
    const ours = await said(recording, place, extra);
    return problemsOf({ name, recording, said: ours, place, saidPlainly });
  } catch (error) {
    return [error instanceof Error ? error.stack ?? error.message : String(error)];
  }
}

function settingsOf({ port }: Place): string[] {
  return [
    `listeners=PLAINTEXT://localhost:${port},CONTROLLER://localhost:${port + 1}`,
    `controller.quorum.bootstrap.servers=localhost:${port + 1}`,
    "controller.listener.names=CONTROLLER",
    "inter.broker.listener.name=PLAINTEXT",
    "listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
    "share.coordinator.state.topic.min.isr=1",
    "share.coordinator.state.topic.num.partitions=3",
    "broker.rack=rack1",
    "offsets.topic.num.partitions=3",
    "transaction.state.log.num.partitions=3",
    "transaction.state.log.min.isr=1",
    "group.initial.rebalance.delay.ms=0",
    "auto.create.topics.enable=false",
    "auto.leader.rebalance.enable=false",
  ];
}

async function placeIn(folder: string, recorded: string): Promise<Place> {
  const properties = join(folder, "server.properties");
  const storageDir = join(folder, "kraft-logs");
  const text = await readFile(join(recorded, "server.properties"), "utf8");
  const served = text.split("\n").filter((line) => !/^(?:authorizer|super|allow)\./.test(line));
  await writeFile(properties, served.join("\n").replace("/tmp/kraft-logs", storageDir));
  const dataDir = join(folder, "data");
  return { recorded, port: await freePort(), dataDir, storageDir, properties };
}

async function freePort(): Promise<number> {
  for (;;) {
    const port = PORTS.from + Math.floor(Math.random() * (PORTS.to - PORTS.from));
    if (await isFree(port) && await isFree(port + 1)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "localhost", () => server.close(() => resolve(true)));
  });
}

if (import.meta.main) process.exit(await main());
