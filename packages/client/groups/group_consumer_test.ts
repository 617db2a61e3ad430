// Members of groups against a fake coordinator on a simulated network: what each reads, what is
// committed when, and what becomes of both as members come, go, and are cut off.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Cluster } from "../cluster.ts";
import { Producer } from "../producer/producer.ts";
import { BrokerRefused } from "../refused.ts";
import { FakeCluster } from "../testing/fake_cluster.ts";
import { GroupConsumer, type GroupConsumerOptions, type Rebalance } from "./group_consumer.ts";
import type { Topics } from "./subscribed_topics.ts";

const test = suite("groups/group_consumer");

interface Reader {
  readonly consumer: GroupConsumer;
  /** Values so far. */
  readonly values: string[];
  readonly rebalances: string[];
  /** Why it has ended; undefined: it has not, or as it was told to. */
  failure: Error | undefined;
}

interface Bench {
  readonly fake: FakeCluster;
  readonly cluster: Cluster;
  read(options?: Partial<GroupConsumerOptions>, topic?: Topics, cluster?: Cluster): Reader;
  write(values: string): Promise<void>;
  pass(ms: number): Promise<void>;
}

function bench(partitions = 4, nodes = 1): Bench {
  const fake = new FakeCluster({ nodes });
  fake.addTopic("t", partitions);
  const cluster = fake.cluster({ metadataAgeMsMax: 5000 });
  const producer = new Producer(fake.cluster());
  let written = 0;
  return {
    fake,
    cluster,
    read(options = {}, topic = "t", by = cluster) {
      const reader: Reader = {
        consumer: new GroupConsumer(by, {
          groupId: "g",
          heartbeatMs: 500,
          reset: "earliest",
          rebalanced: (rebalance) => void reader.rebalances.push(textOf(rebalance)),
          ...options,
        }),
        values: [],
        rebalances: [],
        failure: undefined,
      };
      void readAll(reader, topic);
      return reader;
    },
    async write(values) {
      const sends = [...values].map((value) =>
        producer.send({ topic: "t", partition: written++ % partitions, value })
      );
      await fake.clock.runFor(Promise.all(sends));
    },
    pass: (ms) => fake.clock.runUntil(fake.clock.monotonic() + ms),
  };
}

async function readAll(reader: Reader, topic: Topics): Promise<void> {
  try {
    for await (const { value } of reader.consumer.consume({ topic })) {
      reader.values.push(new TextDecoder().decode(value ?? undefined));
    }
  } catch (error) {
    reader.failure = error as Error;
  }
}

function textOf({ type, partitions }: Rebalance): string {
  return `${type} ${partitions.map(({ partition }) => partition).join(",")}`;
}

const sorted = (values: readonly string[]): string => [...values].sort().join("");
const held = ({ consumer }: Reader): number[] =>
  consumer.assigned.map(({ partition }) => partition).sort();
const committed = ({ fake }: Bench): number[] =>
  [...fake.group("g").offsets].sort().map(([, offset]) => offset);

test("GroupConsumer.consume reads all partitions alone, and commits now and then", async () => {
  const b = bench();
  await b.write("abcdefgh");
  const reader = b.read();
  await b.pass(4000);
  assert.is(sorted(reader.values), "abcdefgh");
  assert.equal(reader.rebalances, ["assigned 0,1,2,3"]);
  assert.equal(committed(b), []);
  await b.pass(2000);
  assert.equal(committed(b), [2, 2, 2, 2]);
});

test("GroupConsumer shares partitions with members that come, and gets them back", async () => {
  const b = bench();
  const first = b.read();
  await b.pass(3000);
  await b.write("abcd");
  await b.pass(1000);
  const second = b.read();
  await b.pass(4000);
  assert.equal([held(first), held(second)], [[0, 1], [2, 3]]);
  assert.equal(first.rebalances, ["assigned 0,1,2,3", "revoked 0,1,2,3", "assigned 0,1"]);
  await b.write("efgh");
  await b.pass(1000);
  assert.equal([sorted(first.values), sorted(second.values)], ["abcdef", "gh"]);
  await b.fake.clock.runFor(second.consumer.close());
  await b.pass(3000);
  assert.equal(held(first), [0, 1, 2, 3]);
  await b.write("ijkl");
  await b.pass(1000);
  assert.is(sorted([...first.values, ...second.values]), "abcdefghijkl", "each once");
});

test("GroupConsumer with cooperative members goes on reading what it keeps", async () => {
  const b = bench();
  const assignors = ["cooperative-sticky"] as const;
  const first = b.read({ assignors });
  await b.pass(3000);
  const second = b.read({ assignors });
  await b.pass(6000);
  assert.equal([held(first), held(second)], [[0, 1], [2, 3]]);
  assert.equal(first.rebalances, ["assigned 0,1,2,3", "revoked 2,3"]);
  assert.equal(second.rebalances, ["assigned 2,3"]);
  await b.write("abcd");
  await b.pass(1000);
  assert.equal([sorted(first.values), sorted(second.values)], ["ab", "cd"]);
});

test("GroupConsumer with sticky members gets again what it had as others come and go", async () => {
  const b = bench(6);
  const assignors = ["sticky"] as const;
  const first = b.read({ assignors });
  await b.pass(3000);
  const second = b.read({ assignors });
  await b.pass(4000);
  assert.equal([held(first), held(second)], [[0, 1, 2], [3, 4, 5]]);
  const third = b.read({ assignors });
  await b.pass(4000);
  assert.equal([held(first), held(second), held(third)], [[0, 1], [3, 4], [2, 5]]);
  await b.fake.clock.runFor(first.consumer.close());
  await b.pass(4000);
  assert.equal([held(second), held(third)], [[0, 3, 4], [1, 2, 5]]);
});

test("GroupConsumer.close commits what was handed out, and leaves", async () => {
  const b = bench(1);
  await b.write("abc");
  const reader = b.read();
  await b.pass(3000);
  await b.fake.clock.runFor(reader.consumer.close());
  assert.equal([committed(b), b.fake.group("g").members.size], [[3], 0]);
  assert.is(reader.failure, undefined);
  await b.write("d");
  const next = b.read();
  await b.pass(3000);
  assert.is(sorted(next.values), "d");
});

test("GroupConsumer.close commits nothing if it is told so", async () => {
  const b = bench(1);
  await b.write("abc");
  const reader = b.read();
  await b.pass(3000);
  await b.fake.clock.runFor(reader.consumer.close({ commit: false }));
  assert.equal(committed(b), []);
});

test("GroupConsumer.commit alone commits where that is asked for", async () => {
  const b = bench(1);
  await b.write("abc");
  const reader = b.read({ autoCommitMs: false });
  await b.pass(9000);
  assert.equal(committed(b), []);
  await b.fake.clock.runFor(reader.consumer.commit());
  assert.equal(committed(b), [3]);
  const offset = { topic: "t", partition: 0, offset: 1 };
  await b.fake.clock.runFor(reader.consumer.commit([offset]));
  assert.equal(committed(b), [1]);
});

test("GroupConsumer does not go on with a leader that is none any more", async () => {
  const b = bench(1);
  const partition = b.fake.topics.get("t")?.partitions[0] as { leaderEpoch: number };
  await b.write("ab");
  partition.leaderEpoch = 3;
  await b.write("cd");
  const first = b.read({ autoCommitMs: false });
  await b.pass(3000);
  const offset = { topic: "t", partition: 0, offset: 4 };
  await b.fake.clock.runFor(first.consumer.commit([offset]));
  assert.equal([...b.fake.group("g").leaderEpochs], [["t 0", 3]]);
  await b.fake.clock.runFor(first.consumer.close());
  // As one who has not heard of epoch 3, and does not have its records, would tell it.
  const log = b.fake.log("t");
  partition.leaderEpoch = 1;
  log.endOffset = 2;
  const cluster = b.fake.cluster({ metadataAgeMsMax: 5000 });
  const second = b.read({ autoCommitMs: false }, "t", cluster);
  await b.pass(5000);
  assert.equal([second.values, held(second)], [[], [0]], "nothing is read again");
  partition.leaderEpoch = 3;
  log.endOffset = 4;
  await b.write("e");
  await b.pass(3000);
  assert.equal(second.values, ["e"]);
});

test("GroupConsumer.commit is refused when the partitions are not the member's", async () => {
  const b = bench(1);
  await b.write("abc");
  const reader = b.read({ autoCommitMs: false });
  await b.pass(3000);
  b.fake.group("g").generation = 7;
  const refused = reader.consumer.commit().catch((error: BrokerRefused) => error.error);
  assert.is(await b.fake.clock.runFor(refused), "ILLEGAL_GENERATION");
  await b.pass(5000);
  assert.equal(reader.rebalances.slice(1), ["lost 0", "assigned 0"]);
  assert.is(reader.values.join(""), "abcabc", "what was not committed is read again");
});

test("GroupConsumer joins again when the group has forgotten it", async () => {
  const b = bench(2);
  const reader = b.read();
  await b.pass(3000);
  b.fake.group("g").members.clear();
  await b.pass(4000);
  assert.equal(reader.rebalances, ["assigned 0,1", "lost 0,1", "assigned 0,1"]);
  await b.write("ab");
  await b.pass(1000);
  assert.is(sorted(reader.values), "ab");
});

test("GroupConsumer follows the coordinator, and lives through cuts", async () => {
  const b = bench(2, 3);
  const reader = b.read();
  await b.pass(3000);
  b.fake.coordinator = 2;
  b.fake.cut();
  await b.write("ab");
  b.fake.plan("Heartbeat", "COORDINATOR_LOAD_IN_PROGRESS", 2);
  await b.pass(9000);
  assert.is(sorted(reader.values), "ab");
  assert.equal(committed(b), [1, 1]);
  assert.equal(reader.rebalances, ["assigned 0,1"]);
});

test("GroupConsumer of the same instance id fences the one before", async () => {
  const b = bench(2);
  const first = b.read({ instanceId: "i" });
  await b.pass(3000);
  const second = b.read({ instanceId: "i" });
  b.fake.plan("Heartbeat", "FENCED_INSTANCE_ID");
  await b.pass(4000);
  assert.ok(first.failure instanceof BrokerRefused);
  assert.is((first.failure as BrokerRefused).error, "FENCED_INSTANCE_ID");
  assert.equal(held(second), [0, 1]);
});

test("GroupConsumer with an instance id does not leave: its partitions wait for it", async () => {
  const b = bench(2);
  const reader = b.read({ instanceId: "i" });
  await b.pass(3000);
  await b.fake.clock.runFor(reader.consumer.close());
  assert.is(b.fake.group("g").members.size, 1);
});

test("GroupConsumer begins where it is told if nothing is committed", async () => {
  const b = bench(1);
  await b.write("abc");
  const latest = b.read({ reset: "latest" });
  const failing = b.read({ reset: "fail", groupId: "other" });
  await b.pass(3000);
  await b.write("d");
  await b.pass(1000);
  assert.is(latest.values.join(""), "d");
  assert.match(String(failing.failure), /Cannot begin with t-0: group "other" has committed/);
});

test("GroupConsumer shares new partitions and topics as they come", async () => {
  const b = bench(1);
  const reader = b.read({}, (name) => name.startsWith("t"));
  await b.pass(3000);
  b.fake.addTopic("t2", 1);
  await b.pass(9000);
  const read = reader.consumer.assigned.map(({ topic, partition }) => `${topic}-${partition}`);
  assert.equal(read.sort(), ["t-0", "t2-0"]);
  b.fake.addTopic("t", 2);
  await b.pass(9000);
  assert.equal(held(reader), [0, 0, 1]);
});

test("GroupConsumer that joins ends at once when it is closed", async () => {
  const b = bench(1);
  const first = b.read();
  await b.pass(3000);
  const second = b.read();
  await b.pass(20);
  await b.fake.clock.runFor(second.consumer.close(), 1000);
  await b.pass(4000);
  assert.is(second.failure, undefined);
  assert.equal([held(first), held(second)], [[0], []]);
  assert.is(b.fake.group("g").members.size, 1);
});

test("GroupConsumer.consume refuses to read twice", async () => {
  const b = bench(1);
  const { consumer } = b.read();
  const again = consumer.consume({ topic: "t" }).next().catch((error: Error) => error.message);
  assert.match(String(await again), /reads once/);
});

test.run();
