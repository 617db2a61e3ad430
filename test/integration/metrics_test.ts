// A node's metrics and health over HTTP, with three reactors: what clients did is in them, every
// name is in docs/metrics.md and the other way round, and a port that is taken ends the start.

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { systemClock } from "@odradek/base";
import { Admin, type Cluster, connect, Consumer, done, Producer } from "@odradek/client";
import { Peer, tcpTransport } from "@odradek/network";
import { Heartbeat } from "@odradek/protocol/messages/heartbeat";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  failedStart,
  freePort,
  freePorts,
  type NodeProcess,
  removeFolder,
  startProcess,
  temporaryFolder,
} from "./processes.ts";

interface House {
  folder: string;
  base: string;
  node: NodeProcess;
  cluster: Cluster;
}

const REACTORS = 3;
const RECORDS = 60;

const test = suite<House>("metrics of a node");

test.before(async (house) => {
  house.folder = await temporaryFolder("metrics");
  const port = await freePorts(2);
  house.base = `http://127.0.0.1:${port + 1}`;
  const listener = `odradek.metrics.listener=127.0.0.1:${port + 1}`;
  const overrides = [listener, `odradek.reactors=${REACTORS}`];
  house.node = await startProcess({ port, dataDir: house.folder, overrides });
  house.cluster = connect(house.node.address);
});

test.after(async ({ folder, node, cluster }) => {
  cluster.close();
  await node.stop();
  await removeFolder(folder);
});

/** Values by series. A line that is none fails. */
async function scrape(base: string, path = "/metrics"): Promise<ReadonlyMap<string, number>> {
  const answer = await fetch(`${base}${path}`);
  assert.is(answer.status, 200);
  const lines = (await answer.text()).split("\n").filter((line) => line !== "");
  return new Map(lines.filter((line) => !/^# (HELP|TYPE) /.test(line)).map((line) => {
    const match = /^([a-z_0-9]+(?:\{(?:[A-Za-z_]+="[^"\\]*",?)+\})?) (-?[0-9.e+-]+)$/.exec(line);
    assert.ok(match, line);
    return [match?.[1] ?? "", Number(match?.[2])];
  }));
}

function sumOf(series: ReadonlyMap<string, number>, pattern: RegExp): number {
  return [...series].filter(([name]) => pattern.test(name))
    .reduce((sum, [, value]) => sum + value, 0);
}

/** Made once a second: until it tells of everything that was before. */
async function scrapeUntil(
  base: string,
  isThere: (series: ReadonlyMap<string, number>) => boolean,
): Promise<ReadonlyMap<string, number>> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const series = await scrape(base);
    if (isThere(series) || performance.now() > deadline) return series;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function work(cluster: Cluster): Promise<void> {
  const topic = { name: "counted", partitions: 6 };
  done((await new Admin(cluster).createTopics([topic])).get(topic));
  await using producer = new Producer(cluster);
  for (let i = 0; i < RECORDS; i++) {
    await producer.send({ topic: "counted", partition: i % 6, value: "x".repeat(100) });
  }
  const records = new Consumer(cluster).consume({ topic: "counted", offset: 0 });
  for (let i = 0; i < RECORDS; i++) await records.next();
  await records.return();
}

/** A request that is refused as a whole. */
async function beRefused(node: NodeProcess): Promise<void> {
  const socket = await tcpTransport().connect({ host: "127.0.0.1", port: node.port });
  const peer = new Peer(socket, { clock: systemClock, clientId: "refused" });
  const body = { groupId: "nobody", generationId: 1, memberId: "m" };
  await peer.ask(Heartbeat, { version: 4, body }, { timeoutMs: 60_000 });
  peer.close();
}

test("GET /metrics tells what clients did, whichever thread served them", async (house) => {
  const { base, cluster, node } = house;
  await work(cluster);
  await beRefused(node);
  const series = await scrapeUntil(base, (one) =>
    sumOf(one, /requests_total\{request="Heartbeat"/) > 0
  );
  const count = 'kafka_network_requestmetrics_totaltimems_count{request="Produce"}';
  const produced = series.get(count) ?? 0;
  assert.is(produced, RECORDS);
  assert.is(sumOf(series, /requestmetrics_requests_total\{request="Produce",/), produced);
  const last = 'odradek_request_duration_seconds_bucket{request="Produce",le="+Inf"}';
  assert.is(series.get(last), produced);
  assert.ok((series.get('odradek_request_bytes_total{request="Produce"}') ?? 0) > RECORDS * 100);
  assert.ok((series.get('odradek_response_bytes_total{request="Fetch"}') ?? 0) > RECORDS * 100);
  assert.is(sumOf(series, /requests_total\{request="FetchFollower"/), 0);
  assert.is(sumOf(series, /requestmetrics_errors_total\{request="Heartbeat"/), 1);
  assert.ok(sumOf(series, /connection_count\{listener="PLAINTEXT"/) >= 1);
  assert.ok(sumOf(series, /creation_total\{listener="PLAINTEXT"/) >= 2);
  assert.is(series.get('kafka_server_raftmetrics_current_state{current_state="leader"}'), 1);
  assert.is(series.get("kafka_controller_kafkacontroller_activecontrollercount"), 1);
  assert.is(series.get("kafka_server_kafkaserver_brokerstate"), 3);
  assert.is(series.get('kafka_topic_partitions{topic="counted"}'), 6);
  assert.is(series.get("odradek_bugs_total"), 0);
  const threads = ["main", "quorum", ...Array.from({ length: REACTORS }, (_, i) => `reactor-${i}`)];
  for (const thread of threads) {
    assert.ok(series.has(`nodejs_eventloop_lag_p99_seconds{thread="${thread}"}`), thread);
  }
});

test("docs/metrics.md has each metric and its type", async ({ base }) => {
  const page = await readFile(new URL("../../docs/metrics.md", import.meta.url), "utf8");
  const documented = [...page.matchAll(/^\| `(\w+)`( \*)? \| (\w+) \|/gm)]
    .map(([, name, detailed, type]) => `${name} ${type}${detailed ?? ""}`);
  const typesIn = async (path: string): Promise<string[]> =>
    [...(await (await fetch(`${base}${path}`)).text()).matchAll(/^# TYPE (\w+) (\w+)$/gm)]
      .map(([, name, type]) => `${name} ${type}`);
  const small = await typesIn("/public_metrics");
  const all = (await typesIn("/metrics")).map((one) => small.includes(one) ? one : `${one} *`);
  assert.equal(all.toSorted(), documented.toSorted());
});

test("GET /livez and /readyz answer that all is well", async ({ base }) => {
  for (const path of ["/livez", "/readyz"]) {
    const answer = await fetch(`${base}${path}`);
    const text = await answer.text();
    assert.equal([answer.status, JSON.parse(text)], [200, { status: "ok", reasons: [] }], text);
  }
});

test("a port for metrics that was asked for and is taken ends the start", async ({ folder }) => {
  const server = createServer().listen(await freePort(), "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const taken = `127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  const settings = [
    `listeners=PLAINTEXT://127.0.0.1:${await freePort()}`,
    `log.dirs=${folder}/other`,
    `odradek.metrics.listener=${taken}`,
  ];
  const { code, output } = await failedStart(settings.flatMap((one) => ["--override", one]));
  server.close();
  assert.is(code, 1, output);
  assert.match(output, new RegExp(`Cannot serve metrics on ${taken}: the port is in use; give `));
  assert.is(output.trim().split("\n").length, 1, output);
});

test.run();
