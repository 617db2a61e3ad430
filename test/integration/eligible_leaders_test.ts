// Who may lead when the in-sync replicas are gone (KIP-966): what three nodes tell of it.

import { Admin, connect, done, Producer } from "@odradek/client";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { textOf } from "./commands.ts";
import { ThreeNodes } from "./three_nodes.ts";

const test = suite("eligible leaders");

const LOOK_MS = 50;
const COMES_MS_MAX = 60_000;

/** As `topics --describe` shows the partition of each topic. */
async function described(nodes: ThreeNodes): Promise<string> {
  const text = await textOf("topics", "--bootstrap-server", nodes.addresses, "--describe");
  return text.split("\n").filter((line) => line.startsWith("\tTopic"))
    .map((line) => line.slice(1).replaceAll("\t", " ").replace(/Partition: 0 |Replicas: \S+ /g, ""))
    .sort()
    .join("\n");
}

async function comes(nodes: ThreeNodes, expected: readonly string[]): Promise<void> {
  const wanted = expected.join("\n");
  const deadline = Date.now() + COMES_MS_MAX;
  let shown = "";
  while (Date.now() < deadline) {
    shown = await described(nodes);
    if (shown === wanted) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  assert.is(shown, wanted);
}

test("who left below the minimum may lead, and who did not stop in order may not", async () => {
  await using nodes = await ThreeNodes.start();
  await using cluster = connect(nodes.addresses);
  const admin = new Admin(cluster);
  const pair = { name: "pair", replicas: [[1, 2]], configs: { "min.insync.replicas": "2" } };
  const single = { name: "single", replicas: [[1]] };
  const made = await admin.createTopics([pair, single]);
  done(made.get(pair));
  done(made.get(single));
  await using producer = new Producer(cluster);
  await producer.send({ topic: "pair", value: "kept" });
  await producer.send({ topic: "single", value: "kept" });
  const alone = "Topic: single Leader: 1 Isr: 1 Elr:  LastKnownElr: ";
  const both = "Topic: pair Leader: 1 Isr: 1,2 Elr:  LastKnownElr: ";

  await nodes.stop(2);
  await comes(nodes, ["Topic: pair Leader: 1 Isr: 1 Elr: 2 LastKnownElr: ", alone]);
  await nodes.restart(2);
  await comes(nodes, [both, alone]);

  await nodes.kill(1);
  const gone = "Topic: single Leader: none Isr:  Elr: 1 LastKnownElr: 1";
  await comes(nodes, ["Topic: pair Leader: 2 Isr: 2 Elr: 1 LastKnownElr: ", gone]);
  // It comes back and may have lost what it had; of the topic that only it has, it led last.
  await nodes.restart(1);
  await comes(nodes, [both.replace("Leader: 1 Isr: 1,2", "Leader: 2 Isr: 1,2"), alone]);
  await producer.send({ topic: "single", value: "after" });
});

test.run();
