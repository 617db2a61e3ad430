// The commands that look at replicas, against three nodes.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Admin, connect, done, Producer } from "@odradek/client";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { textOf } from "./commands.ts";
import { ThreeNodes } from "./three_nodes.ts";

const test = suite("replicas of three nodes");

const SEGMENT = "00000000000000000000.log";
const MARK = "what was written";

test("replicas verify finds a changed byte, topics --describe what lacks something", async () => {
  await using nodes = await ThreeNodes.start();
  await using cluster = connect(nodes.addresses);
  const admin = new Admin(cluster);
  const at = ["--bootstrap-server", nodes.addresses];
  const configs = { "min.insync.replicas": "2" };
  const plain = { name: "plain", replicas: [[1, 2, 3], [2, 3, 1]], configs };
  const pair = { name: "pair", replicas: [[1, 3]], configs };
  const alone = { name: "alone", replicas: [[3]] };
  const compacted = {
    name: "compacted",
    replicas: [[1, 2, 3]],
    configs: { "cleanup.policy": "compact" },
  };
  const made = await admin.createTopics([plain, pair, alone, compacted]);
  for (const topic of [plain, pair, alone, compacted]) done(made.get(topic));
  {
    await using producer = new Producer(cluster);
    for (let i = 0; i < 3; i++) {
      await producer.send({ topic: "plain", partition: 0, value: `${MARK} ${i}` });
      await producer.send({ topic: "compacted", key: "k", value: `${i}` });
    }
  }
  const verified = () => textOf("replicas", "verify", ...at);
  const same = "compacted-0: replicas 1,2,3 are the same, from offset 0 to 2\n";
  const rest = "pair-0: replicas 1,3 are the same, nothing is in them\n";
  const [plain0, plain1] = [0, 1].map((i) => (ids: string, what: string) =>
    `plain-${i}: replicas ${ids} are the same, ${what}\n`
  );
  const nothing = "nothing is in them";
  const good = "alone-0: replicas 3 are the same, nothing is in them\n" + same + rest +
    plain0?.("1,2,3", "from offset 0 to 2") + plain1?.("2,3,1", nothing);
  assert.is(await verified(), good);

  // The answer comes when the followers' logs begin there, too.
  const cut = { topic: "plain", partition: 0, offset: 1 };
  assert.is(done((await admin.deleteRecords([cut])).get(cut)), 1);
  assert.match(await verified(), /^plain-0: replicas 1,2,3 are the same, from offset 1 to 2$/m);

  await nodes.stop(3);
  const described = async (filter: string): Promise<string[]> =>
    (await textOf("topics", ...at, "--describe", filter)).split("\n")
      .map((line) => /Topic: (\S+)\tPartition: (\d+)/.exec(line)?.slice(1).join("-") ?? "")
      .filter((name) => name !== "");
  const lacking = ["alone-0", "compacted-0", "pair-0", "plain-0", "plain-1"];
  assert.equal(await described("--under-replicated-partitions"), lacking);
  assert.equal(await described("--under-min-isr-partitions"), ["alone-0", "pair-0"]);
  assert.equal(await described("--at-min-isr-partitions"), ["plain-0", "plain-1"]);
  assert.equal(await described("--unavailable-partitions"), ["alone-0"]);

  const path = join(nodes.folderOf(3), "plain-0", SEGMENT);
  const bytes = await readFile(path);
  const place = bytes.indexOf(`${MARK} 1`);
  bytes[place] = "W".charCodeAt(0);
  await writeFile(path, bytes);
  await nodes.restart(3);
  assert.match(
    await verified(),
    /^plain-0: replica 3 has other content where replica 1 has something, at offset 1$/m,
  );
  assert.match(await verified(), /Of 1 partitions the replicas are not the same\nexit 1\n$/);
});

test.run();
