// What our commands say, against what Kafka's tools have said in the same session.

import { readdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { removeFolder, startProcess, temporaryFolder } from "../integration/processes.ts";
import { asOnOneNode, normal } from "./texts/normal.ts";
import { readRecording, type Text } from "./texts/recording.ts";
import { liveMember, type Place, said, told } from "./texts/session.ts";

const RECORDED = fileURLToPath(
  new URL("../../../shared/reference/tool-output", import.meta.url),
);
const place0 = { recorded: RECORDED };
const folder = await temporaryFolder("texts");
const port = 4711;
const dataDir = join(folder, "data");
const storageDir = join(folder, "kraft-logs");
const properties = join(folder, "server.properties");
const place: Place = { ...place0, port, dataDir, storageDir, properties };
await writeFile(properties, `process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=localhost:9093
listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs=${storageDir}
`);
const node = await startProcess({ port, dataDir, overrides: [
  `listeners=PLAINTEXT://localhost:${port},CONTROLLER://localhost:${port + 1}`,
  `controller.quorum.bootstrap.servers=localhost:${port + 1}`,
  "controller.listener.names=CONTROLLER",
  "broker.rack=rack1", "offsets.topic.num.partitions=3", "group.initial.rebalance.delay.ms=0",
  "auto.create.topics.enable=false", "auto.leader.rebalance.enable=false",
] });
try {
  await told(["kafka-configs", "--bootstrap-server", `localhost:${port}`, "--alter", "--entity-type", "brokers", "--entity-default", "--add-config", "min.insync.replicas=1"]);
  const names = (await import("./texts/order.ts")).ORDER;
  for (const name of names) {
    if (name === "+live") { liveMember(place);
      for (;;) {
        const t = await told(["kafka-consumer-groups", "--bootstrap-server", `localhost:${port}`, "--describe", "--group", "live"]);
        if (t.out.filter((l) => / 0 +live-client/.test(l)).length === 3) break;
      }
      continue; }
    const recording = await readRecording(RECORDED, name);
    const a = normal(asOnOneNode(recording.text), place);
    const t0 = performance.now();
    let b: Text;
    try { b = normal(await said(recording, place), place); } catch (e) { b = { out: [], err: [String(e)], code: 99 }; }
    const ms = performance.now() - t0;
    if (JSON.stringify(a) === JSON.stringify(b)) console.log(`equal ${name} ${ms.toFixed(0)}`);
    else {
      console.log(`DIFF ${name} ${ms.toFixed(0)}\n  ${recording.words.join(" ").slice(0, 300)}`);
      for (const k of ["out", "err"] as const) if (JSON.stringify(a[k]) !== JSON.stringify(b[k])) {
        const A = a[k].filter((l) => !b[k].includes(l)), B = b[k].filter((l) => !a[k].includes(l));
        if (A.length + B.length === 0) console.log(`  ${k}: other order`);
        for (const l of A.slice(0, 8)) console.log(`  ${k} - ${l.slice(0, 400)}`);
        for (const l of B.slice(0, 8)) console.log(`  ${k} + ${l.slice(0, 400)}`);
      }
      if (a.code !== b.code) console.log(`  code ${a.code} ${b.code}`);
    }
  }
} finally { await node.stop(); await removeFolder(folder); }
process.exit(0);
