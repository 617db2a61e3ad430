// A real node over everything it is made of, with one reactor and with three: what a client wrote
// is read back as it was, whichever thread owns the partition, before and after a restart; and the
// files hold exactly what was written.

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import {
  Admin,
  BrokerRefused,
  type Cluster,
  connect,
  Consumer,
  type ConsumerRecord,
  done,
  OFFSET_TIMES,
  Producer,
} from "@odradek/client";
import type { CodecName } from "@odradek/protocol/records/compression";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { recordsIn, segmentsIn } from "./log_files.ts";
import {
  freePort,
  type NodeProcess,
  removeFolder,
  startProcess,
  temporaryFolder,
} from "./processes.ts";

const PARTITIONS = 7;
const SEGMENT_BYTES = 1_048_576;

interface House {
  folder: string;
  overrides: string[];
  node: NodeProcess;
  cluster: Cluster;
  admin: Admin;
}

for (const reactors of [1, 3]) {
  const test = suite<House>(`a node with ${reactors} reactors`);
  test.before(async (house) => {
    house.folder = await temporaryFolder("node");
    house.overrides = [`odradek.reactors=${reactors}`];
    await start(house, await freePort());
  });
  test.after(async ({ folder, node, cluster }) => {
    cluster.close();
    await node.stop();
    await removeFolder(folder);
  });

  test("consume gives back keys, values, headers and times", async ({ cluster, admin }) => {
    await create(admin, "all");
    await using producer = new Producer(cluster, { lingerMs: 1 });
    const sent = Array.from({ length: 200 }, (_, i) => ({
      topic: "all",
      partition: i % PARTITIONS,
      key: i % 3 === 0 ? null : `key ${i}`,
      value: i % 5 === 0 ? null : `value ${i} ✓`,
      headers: i % 2 === 0 ? [] : [{ key: "a", value: `${i}` }, { key: "a", value: null }],
      timestamp: 1_700_000_000_000 + i,
    }));
    const deliveries = await Promise.all(sent.map((record) => producer.send(record)));
    const found = await readAll(cluster, "all");
    assert.is(found.length, sent.length);
    for (const [i, { partition, offset }] of deliveries.entries()) {
      const record = found.find((one) => one.partition === partition && one.offset === offset);
      const { key, value, headers, timestamp } = sent[i] as (typeof sent)[0];
      assert.equal([text(record?.key), text(record?.value)], [key, value]);
      assert.equal(
        record?.headers.map((one) => [one.key, text(one.value)]),
        headers.map((one) => [
          one.key,
          one.value,
        ]),
      );
      assert.is(record?.timestamp, timestamp);
    }
  });

  test("produce takes every compression, and consume undoes it", async ({ cluster, admin }) => {
    const codecs: CodecName[] = ["none", "gzip", "snappy", "lz4", "zstd"];
    await create(admin, "packed");
    for (const compression of codecs) {
      await using producer = new Producer(cluster, { compression, lingerMs: 5 });
      await Promise.all(
        Array.from(
          { length: 50 },
          (_, i) => producer.send({ topic: "packed", key: `${i}`, value: compression.repeat(100) }),
        ),
      );
    }
    const found = await readAll(cluster, "packed");
    const count = (codec: string) =>
      found.filter(({ value }) => text(value) === codec.repeat(100)).length;
    assert.equal(codecs.map(count), codecs.map(() => 50));
  });

  test("a fetch that waits ends when something is written", async ({ cluster, admin }) => {
    await create(admin, "waiting");
    await using producer = new Producer(cluster);
    const maxWaitMs = 20_000;
    const records = new Consumer(cluster, { maxWaitMs }).consume({ topic: "waiting", offset: 0 });
    const begun = performance.now();
    for (let i = 0; i < 20; i++) {
      const next = records.next();
      await producer.send({ topic: "waiting", partition: i % PARTITIONS, value: `${i}` });
      const { value } = await next;
      assert.is(value && text(value.value), `${i}`);
    }
    await records.return();
    assert.ok(performance.now() - begun < maxWaitMs, "nobody waited to the end");
  });

  test("a log holds the bytes of its records and nothing else, at any time", async (house) => {
    await create(house.admin, "bytes");
    await using producer = new Producer(house.cluster, { lingerMs: 1 });
    for (let round = 0; round < 5; round++) {
      await Promise.all(
        Array.from(
          { length: 400 },
          (_, i) =>
            producer.send({ topic: "bytes", partition: i % PARTITIONS, value: "x".repeat(5000) }),
        ),
      );
      const sizes = await Promise.all(
        Array.from({ length: PARTITIONS }, (_, i) => recordsIn(join(house.folder, `bytes-${i}`))),
      );
      assert.is(sizes.reduce((sum, count) => sum + count, 0), (round + 1) * 400);
    }
    const segments = await segmentsIn(join(house.folder, "bytes-0"));
    assert.ok(segments.length > 1, "segments have rolled");
  });

  test("listOffsets and deleteRecords move along the log", async ({ cluster, admin }) => {
    await create(admin, "moved");
    await using producer = new Producer(cluster);
    for (let i = 0; i < 10; i++) {
      await producer.send({ topic: "moved", partition: 2, value: `${i}`, timestamp: 1000 + i });
    }
    const at = async (timestamp: number): Promise<number> => {
      const query = { topic: "moved", partition: 2, timestamp };
      return done((await admin.listOffsets([query])).get(query)).offset;
    };
    const { earliest, latest, "max-timestamp": newest } = OFFSET_TIMES;
    assert.equal(await Promise.all([earliest, latest, newest, 1004, 2000].map(at)), [
      0,
      10,
      9,
      4,
      -1,
    ]);
    const cut = { topic: "moved", partition: 2, offset: 6 };
    assert.is(done((await admin.deleteRecords([cut])).get(cut)), 6);
    assert.is(await at(earliest), 6);
    const left = await readAll(cluster, "moved");
    assert.equal(left.map(({ offset }) => offset), [6, 7, 8, 9]);
  });

  test("a topic that is deleted is gone, with its files", async ({ admin, folder, cluster }) => {
    await create(admin, "doomed");
    await using producer = new Producer(cluster, { topicTimeoutMs: 1000 });
    await producer.send({ topic: "doomed", value: "x" });
    done((await admin.deleteTopics(["doomed"])).get("doomed"));
    const names = (await admin.listTopics()).map(({ name }) => name);
    assert.not(names.includes("doomed"));
    const left = async () => (await readdir(folder)).filter((name) => /^doomed-\d+$/.test(name));
    await until(async () => (await left()).length === 0);
    const again = (await admin.deleteTopics(["doomed"])).get("doomed");
    assert.ok(again instanceof BrokerRefused && again.error === "UNKNOWN_TOPIC_OR_PARTITION");
    // Of the same name, and another one.
    await create(admin, "doomed");
    assert.equal(await readAll(cluster, "doomed"), []);
  });

  test("a node that starts again goes on where it stopped", async (house) => {
    await create(house.admin, "kept");
    const write = async (from: number) => {
      await using producer = new Producer(house.cluster, { lingerMs: 1 });
      await Promise.all(
        Array.from(
          { length: 100 },
          (_, i) => producer.send({ topic: "kept", key: `${from + i}`, value: `${from + i}` }),
        ),
      );
    };
    await write(0);
    const before = await readAll(house.cluster, "kept");
    for (const isKilled of [false, true]) {
      if (isKilled) await house.node.kill();
      else assert.is(await house.node.stop(), 0);
      house.cluster.close();
      await start(house, house.node.port);
      assert.equal((await readAll(house.cluster, "kept")).slice(0, before.length), before);
    }
    await write(100);
    const after = await readAll(house.cluster, "kept");
    const values = after.map(({ value }) => Number(text(value))).sort((a, b) => a - b);
    assert.equal(values, Array.from({ length: 200 }, (_, i) => i));
  });

  test.run();
}

async function start(house: House, port: number): Promise<void> {
  const { folder: dataDir, overrides } = house;
  house.node = await startProcess({ port, dataDir, overrides });
  house.cluster = connect(house.node.address);
  house.admin = new Admin(house.cluster);
}

async function create(admin: Admin, name: string): Promise<void> {
  const configs = { "segment.bytes": `${SEGMENT_BYTES}` };
  const topic = { name, partitions: PARTITIONS, configs };
  done((await admin.createTopics([topic])).get(topic));
}

/** By partition and offset. */
async function readAll(cluster: Cluster, topic: string): Promise<ConsumerRecord[]> {
  const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition);
  const bounds = await Promise.all(partitions.map((one) => ends(cluster, topic, one)));
  const left = bounds.map(([first = 0, end = 0]) => end - first);
  const found: ConsumerRecord[] = [];
  const isDone = () => left.every((count) => count === 0);
  if (isDone()) return found;
  for await (const record of new Consumer(cluster).consume({ topic, offset: "earliest" })) {
    found.push(record);
    (left[record.partition] as number)--;
    if (isDone()) break;
  }
  return found.sort((a, b) => a.partition - b.partition || a.offset - b.offset);
}

/** A request may name a partition once. */
async function ends(cluster: Cluster, topic: string, partition: number): Promise<number[]> {
  return await Promise.all([OFFSET_TIMES.earliest, OFFSET_TIMES.latest].map(async (timestamp) => {
    const query = { topic, partition, timestamp };
    return done((await new Admin(cluster).listOffsets([query])).get(query)).offset;
  }));
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!await condition()) {
    assert.ok(performance.now() < deadline, "in time");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function text(bytes: Uint8Array | null | undefined): string | null {
  return bytes == null ? null : new TextDecoder().decode(bytes);
}
