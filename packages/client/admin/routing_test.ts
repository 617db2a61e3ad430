// Whom each call of the admin client asks, what it asks again and for how long, against brokers
// that answer as the test says.

import { Fault } from "@odradek/base";
import type { Endpoint } from "@odradek/network/endpoint";
import type { ApiName } from "@odradek/protocol/apis";
import { errorCode, type ErrorName } from "@odradek/protocol/errors";
import { AlterClientQuotas } from "@odradek/protocol/messages/alter_client_quotas";
import {
  AlterUserScramCredentials,
} from "@odradek/protocol/messages/alter_user_scram_credentials";
import { CreatePartitions } from "@odradek/protocol/messages/create_partitions";
import { DeleteRecords } from "@odradek/protocol/messages/delete_records";
import { DescribeClientQuotas } from "@odradek/protocol/messages/describe_client_quotas";
import { DescribeConfigs } from "@odradek/protocol/messages/describe_configs";
import { DescribeLogDirs } from "@odradek/protocol/messages/describe_log_dirs";
import { DescribeQuorum } from "@odradek/protocol/messages/describe_quorum";
import {
  DescribeUserScramCredentials,
} from "@odradek/protocol/messages/describe_user_scram_credentials";
import { IncrementalAlterConfigs } from "@odradek/protocol/messages/incremental_alter_configs";
import { ListConfigResources } from "@odradek/protocol/messages/list_config_resources";
import { UnregisterBroker } from "@odradek/protocol/messages/unregister_broker";
import { UpdateFeatures } from "@odradek/protocol/messages/update_features";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { BrokerRefused } from "../refused.ts";
import { FakeCluster, type FakeClusterOptions } from "../testing/fake_cluster.ts";
import { attempt, type Serve } from "../testing/fake_endpoints.ts";
import { Admin } from "./admin.ts";
import type { Outcome } from "./outcome.ts";

const test = suite("admin/routing");

const NODES = 3;

interface Bench {
  readonly fake: FakeCluster;
  readonly admin: Admin;
  run<T>(promise: Promise<T>): Promise<T>;
  /** Nodes that were asked something, in order. */
  nodes(api: ApiName): number[];
}

function bench(options: FakeClusterOptions = {}): Bench {
  const fake = new FakeCluster({ nodes: NODES, more: everythingElse, ...options });
  fake.addTopic("t", NODES);
  const admin = new Admin(fake.cluster({ callTimeoutMs: 5000, requestTimeoutMs: 1000 }));
  return {
    fake,
    admin,
    run: (promise) => fake.clock.runFor(promise),
    nodes: (api) => fake.askedNodes.filter((_, i) => fake.asked[i] === api),
  };
}

/** What nothing else in the fake cluster needs: each meets what is planned, thing by thing. */
function everythingElse(serve: Serve): Endpoint[] {
  const NONE = { errorCode: 0, errorMessage: null };
  return [
    serve(CreatePartitions, ({ cluster }, { topics }) => ({
      results: topics.map(({ name, count }) => {
        const [code] = attempt(() => cluster.meet("CreatePartitions"));
        const fewer = count < NODES ? errorCode("INVALID_PARTITIONS") : 0;
        return { name, errorCode: code === 0 ? fewer : code, errorMessage: null };
      }),
    })),
    serve(DeleteRecords, ({ cluster, node }, { topics }) => ({
      topics: topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex, offset }) => {
          const { leader } = cluster.topics.get(name)?.partitions[partitionIndex] ?? {};
          const code = leader === node ? 0 : errorCode("NOT_LEADER_OR_FOLLOWER");
          return { partitionIndex, lowWatermark: offset, errorCode: code };
        }),
      })),
    })),
    serve(DescribeConfigs, ({ cluster }, { resources }) => ({
      results: resources.map(({ resourceType, resourceName }) => {
        const [code] = attempt(() => cluster.meet("DescribeConfigs"));
        return { errorCode: code, errorMessage: null, resourceType, resourceName, configs: [] };
      }),
    })),
    serve(IncrementalAlterConfigs, ({ cluster }, { resources }) => ({
      responses: resources.map(({ resourceType, resourceName }) => {
        const [code] = attempt(() => cluster.meet("IncrementalAlterConfigs"));
        return { errorCode: code, errorMessage: null, resourceType, resourceName };
      }),
    })),
    serve(ListConfigResources, (_, { resourceTypes = [] }) => ({
      errorCode: 0,
      configResources: (resourceTypes.length > 0 ? resourceTypes : [16]).map((resourceType) => ({
        resourceType,
        resourceName: "one",
      })),
    })),
    serve(DescribeLogDirs, () => ({
      errorCode: 0,
      results: [
        { errorCode: 0, logDir: "/a", topics: [], totalBytes: 9n, usableBytes: 4n },
        { errorCode: errorCode("KAFKA_STORAGE_ERROR"), logDir: "/b", topics: [] },
      ],
    })),
    serve(DescribeQuorum, ({ cluster }) => {
      const [code] = attempt(() => cluster.meet("DescribeQuorum"));
      const partition = {
        ...NONE,
        partitionIndex: 0,
        leaderId: 2,
        leaderEpoch: 5,
        highWatermark: 7n,
        currentVoters: [],
        observers: [],
      };
      const topics = [{ topicName: "__cluster_metadata", partitions: [partition] }];
      return { errorCode: code, errorMessage: null, topics, nodes: [] };
    }),
    serve(UnregisterBroker, ({ cluster }) => {
      const [code] = attempt(() => cluster.meet("UnregisterBroker"));
      return { errorCode: code, errorMessage: null };
    }),
    serve(UpdateFeatures, ({ cluster }) => {
      const [code] = attempt(() => cluster.meet("UpdateFeatures"));
      return { errorCode: code, errorMessage: null, results: [] };
    }),
    serve(DescribeClientQuotas, ({ cluster }) => {
      const [code] = attempt(() => cluster.meet("DescribeClientQuotas"));
      return { errorCode: code, errorMessage: null, entries: [] };
    }),
    serve(AlterClientQuotas, ({ cluster }, { entries }) => ({
      entries: entries.map(({ entity }) => {
        const [code] = attempt(() => cluster.meet("AlterClientQuotas"));
        return { errorCode: code, errorMessage: null, entity: [...entity] };
      }),
    })),
    serve(DescribeUserScramCredentials, ({ cluster }) => {
      const [code] = attempt(() => cluster.meet("DescribeUserScramCredentials"));
      return { errorCode: code, errorMessage: null, results: [] };
    }),
    serve(AlterUserScramCredentials, ({ cluster }, { deletions }) => ({
      results: deletions.map(({ name: user }) => {
        const [code] = attempt(() => cluster.meet("AlterUserScramCredentials"));
        return { user, errorCode: code, errorMessage: null };
      }),
    })),
  ];
}

const errorOf = (outcome: unknown) => outcome instanceof BrokerRefused ? outcome.error : "done";
const errors = (outcomes: ReadonlyMap<unknown, Outcome<unknown>>) =>
  [...outcomes.values()].map(errorOf);

/** The refusals among what a call gives, or what it throws. */
async function outcomesOf(call: Promise<unknown>): Promise<(ErrorName | "done" | "network")[]> {
  try {
    const given = await call;
    return given instanceof Map ? errors(given) : ["done"];
  } catch (error) {
    if (error instanceof Fault && error.kind === "network") return ["network"];
    if (error instanceof BrokerRefused) return [error.error];
    throw error;
  }
}

/** Calls that any broker takes, for it hands them to the controller. */
const ANY: readonly [ApiName, (admin: Admin) => Promise<unknown>][] = [
  ["CreateTopics", (admin) => admin.createTopics([{ name: "new" }])],
  ["CreatePartitions", (admin) => admin.createPartitions([{ name: "t", partitions: 5 }])],
  ["IncrementalAlterConfigs", (admin) => admin.alterConfigs([{ type: "topic", name: "t" }])],
  ["DescribeConfigs", (admin) => admin.describeConfigs([{ type: "topic", name: "t" }])],
  ["ElectLeaders", (admin) => admin.electLeaders("preferred", "all")],
  ["ListPartitionReassignments", (admin) => admin.listReassignments("all")],
  ["DescribeQuorum", (admin) => admin.describeQuorum()],
  ["UnregisterBroker", (admin) => admin.unregisterBroker(7)],
  ["UpdateFeatures", (admin) => admin.updateFeatures([])],
  ["DescribeClientQuotas", (admin) => admin.describeQuotas({})],
  ["AlterClientQuotas", (admin) => admin.alterQuotas([{ entity: { user: "u" } }])],
  ["DescribeUserScramCredentials", (admin) => admin.describeScramUsers()],
  [
    "AlterUserScramCredentials",
    (admin) => admin.alterScramUser({ user: "u", unset: ["SCRAM-SHA-256"] }),
  ],
];

for (const [api, call] of ANY) {
  test(`${api} goes to one broker, and again when that one has no controller`, async () => {
    const b = bench();
    assert.equal(await b.run(outcomesOf(call(b.admin))), ["done"]);
    assert.is(b.nodes(api).length, 1);
    const again = bench();
    again.fake.plan(api, "NOT_CONTROLLER", 2);
    assert.equal(await again.run(outcomesOf(call(again.admin))), ["done"]);
    assert.is(again.nodes(api).length, 3);
  });

  test(`${api} tells what was last said when time is up`, async () => {
    const b = bench();
    b.fake.plan(api, "NOT_CONTROLLER", 1000);
    const beganMs = b.fake.clock.monotonic();
    assert.equal(await b.run(outcomesOf(call(b.admin))), ["NOT_CONTROLLER"]);
    const tookMs = b.fake.clock.monotonic() - beganMs;
    assert.ok(tookMs > 3000 && tookMs <= 5000, `${tookMs} ms`);
  });

  test(`${api} is asked again when the connection breaks, until time is up`, async () => {
    const b = bench();
    b.fake.plan(api, "lose");
    const [outcome] = await b.run(outcomesOf(call(b.admin)));
    // What was made already cannot be made again.
    assert.is(outcome, api === "CreateTopics" ? "TOPIC_ALREADY_EXISTS" : "done");
    b.fake.plan(api, "lose", 1000);
    assert.equal(await b.run(outcomesOf(call(b.admin))), ["network"]);
  });

  test(`${api} gives up what is refused for good at once`, async () => {
    const b = bench();
    b.fake.plan(api, "CLUSTER_AUTHORIZATION_FAILED");
    assert.equal(await b.run(outcomesOf(call(b.admin))), ["CLUSTER_AUTHORIZATION_FAILED"]);
    assert.is(b.nodes(api).length, 1);
  });

  test(`${api} is refused where no broker offers it`, async () => {
    const b = bench({ versionsMax: { [api]: -1 } });
    assert.equal(await b.run(outcomesOf(call(b.admin))), ["UNSUPPORTED_VERSION"]);
  });
}

// One broker or all.

test("Admin.describeConfigs and alterConfigs ask each broker of itself", async () => {
  const b = bench();
  const resources = [
    { type: "broker", name: "2" },
    { type: "topic", name: "t" },
    { type: "broker-logger", name: "3" },
    { type: "broker", name: "3" },
  ] as const;
  assert.equal(errors(await b.run(b.admin.describeConfigs(resources))), Array(4).fill("done"));
  const asked = b.nodes("DescribeConfigs");
  assert.is(asked.length, 3);
  assert.equal([asked[0], asked[2]], [2, 3]);
  await b.run(b.admin.alterConfigs([{ type: "broker", name: "2", set: { a: "1" } }]));
  assert.equal(b.nodes("IncrementalAlterConfigs"), [2]);
});

test("Admin.describeLogDirs asks one broker, and tells what has failed", async () => {
  const b = bench();
  const found = await b.run(b.admin.describeLogDirs(3));
  assert.equal(b.nodes("DescribeLogDirs"), [3]);
  assert.equal(found.map(({ path, refusal, usableBytes }) => [path, refusal?.error, usableBytes]), [
    ["/a", undefined, 4],
    ["/b", "KAFKA_STORAGE_ERROR", undefined],
  ]);
});

test("Admin.describeLogDirs of a broker that is not there ends with the time", async () => {
  const b = bench();
  assert.equal(await b.run(outcomesOf(b.admin.describeLogDirs(9))), ["network"]);
});

// Leaders.

test("Admin.deleteRecords asks the leader of each, and the new one after a move", async () => {
  const b = bench();
  const cuts = [0, 1, 2].map((partition) => ({ topic: "t", partition, offset: 4 }));
  assert.equal([...(await b.run(b.admin.deleteRecords(cuts))).values()], [4, 4, 4]);
  assert.equal(b.nodes("DeleteRecords").sort(), [1, 2, 3]);
  b.fake.moveLeader("t", 0, 3);
  const [first] = cuts;
  assert.equal(errors(await b.run(b.admin.deleteRecords([first as typeof cuts[0]]))), ["done"]);
  assert.equal(b.nodes("DeleteRecords").slice(3), [1, 3]);
  const lost = [{ topic: "nope", partition: 0, offset: 1 }, first as typeof cuts[0]];
  const outcomes = await b.run(b.admin.deleteRecords(lost));
  assert.equal(errors(outcomes), ["UNKNOWN_TOPIC_OR_PARTITION", "done"], "others go on");
});

// Coordinators.

test("Admin of groups asks their coordinator, and the new one after a move", async () => {
  const calls: [ApiName, (admin: Admin) => Promise<unknown>][] = [
    ["DescribeGroups", (admin) => admin.describeGroups(["g"])],
    ["OffsetFetch", (admin) => admin.listGroupOffsets("g")],
    ["OffsetCommit", (admin) =>
      admin.alterGroupOffsets("g", [{ topic: "t", partition: 0, offset: 3 }])],
    ["OffsetDelete", (admin) => admin.deleteGroupOffsets("g", [{ topic: "t", partition: 0 }])],
    ["DeleteGroups", (admin) => admin.deleteGroups(["g"])],
  ];
  for (const [api, call] of calls) {
    const b = bench();
    b.fake.group("g").offsets.set("t 0", 5);
    b.fake.coordinator = 2;
    b.fake.plan(api, "COORDINATOR_LOAD_IN_PROGRESS");
    b.fake.plan("FindCoordinator", "COORDINATOR_NOT_AVAILABLE");
    assert.equal(await b.run(outcomesOf(call(b.admin))), ["done"], api);
    assert.equal(b.nodes(api), [2, 2], api);
    const moved = bench();
    moved.fake.group("g").offsets.set("t 0", 5);
    moved.fake.coordinator = 2;
    moved.fake.plan(api, "NOT_COORDINATOR");
    const moving = moved.run(outcomesOf(call(moved.admin)));
    assert.equal(await moving, ["done"], api);
    assert.ok(moved.nodes("FindCoordinator").length >= 2, `${api}: it is looked for anew`);
  }
});

// Parts of a request.

test("Admin asks again only for what may still become done", async () => {
  const b = bench();
  b.fake.plan("CreatePartitions", "NOT_CONTROLLER");
  const topics = [4, 1, 5].map((partitions, i) => ({ name: `t${i}`, partitions }));
  const outcomes = await b.run(b.admin.createPartitions(topics));
  assert.equal(errors(outcomes), ["done", "INVALID_PARTITIONS", "done"]);
  assert.is(b.nodes("CreatePartitions").length, 2);
  b.fake.plan("AlterClientQuotas", "INVALID_REQUEST");
  const changes = ["u", "v"].map((user) => ({ entity: { user } }));
  assert.equal(errors(await b.run(b.admin.alterQuotas(changes))), ["INVALID_REQUEST", "done"]);
  assert.is(b.nodes("AlterClientQuotas").length, 1);
  b.fake.plan("DescribeConfigs", "INVALID_CONFIG");
  const resources = ["a", "b"].map((name) => ({ type: "topic", name }) as const);
  const described = await b.run(b.admin.describeConfigs(resources));
  assert.equal(errors(described), ["INVALID_CONFIG", "done"]);
});

test("Admin does not do again what may have been done: the time was up", async () => {
  const b = bench();
  for (const api of ["CreateTopics", "CreatePartitions", "AlterUserScramCredentials"] as const) {
    const call = ANY.find(([name]) => name === api)?.[1] as (admin: Admin) => Promise<unknown>;
    b.fake.plan(api, "REQUEST_TIMED_OUT");
    assert.equal(await b.run(outcomesOf(call(b.admin))), ["REQUEST_TIMED_OUT"]);
    assert.is(b.nodes(api).length, 1, api);
  }
});

// Older brokers.

test("Admin speaks the versions of older brokers", async () => {
  const versionsMax = {
    DeleteTopics: 5,
    CreateTopics: 4,
    ListGroups: 3,
    DescribeConfigs: 1,
    ListConfigResources: 0,
    DescribeLogDirs: 1,
    DescribeCluster: -1,
    CreatePartitions: 0,
  };
  const b = bench({ versionsMax });
  b.fake.group("g").offsets.set("t 0", 5);
  const made = await b.run(b.admin.createTopics([{ name: "u", partitions: 2 }]));
  assert.equal(errors(made), ["done"]);
  assert.equal(errors(await b.run(b.admin.deleteTopics(["u", "v"]))), [
    "done",
    "UNKNOWN_TOPIC_OR_PARTITION",
  ]);
  const [group] = await b.run(b.admin.listGroups({ states: ["Empty"] }));
  assert.equal(group, { groupId: "g", protocolType: "consumer", state: "", type: "" });
  const resources = [{ type: "topic", name: "t" }] as const;
  assert.equal(errors(await b.run(b.admin.describeConfigs(resources))), ["done"]);
  const listed = await b.run(b.admin.listConfigResources(["client-metrics", "topic"]));
  assert.equal(listed, [{ type: "client-metrics", name: "one" }]);
  const [directory] = await b.run(b.admin.describeLogDirs(1));
  assert.is(directory?.totalBytes, undefined, "not told yet");
  assert.is((await b.run(b.admin.describeCluster())).nodes.length, NODES);
  const larger = [{ name: "t", partitions: 5 }];
  assert.equal(errors(await b.run(b.admin.createPartitions(larger))), ["done"]);
});

test.run();
