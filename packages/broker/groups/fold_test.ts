// Groups under whatever members, admin clients and time may do to them in whatever order, against
// what must hold of every coordinator.

import { decodeGroupRecord } from "@odradek/protocol/schemas/group/mod";
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { GroupBench, LIMITS, TEST_GROUP, textOf, utf8 } from "../testing/group_bench.ts";
import { testUuid } from "../testing/images.ts";
import { type ClassicGroup, metadataFor } from "./classic/group.ts";
import type { GroupReplies } from "./commands.ts";
import { groupsFold } from "./fold.ts";
import { encodeGroupRecord } from "./records.ts";

const test = suite("groupsFold");

type Step =
  | { readonly do: "join"; readonly who: number; readonly says: string; readonly version: number }
  | { readonly do: "sync" | "heartbeat" | "leave" | "commit"; readonly who: number }
  | { readonly do: "stray"; readonly generation: number; readonly who: number }
  | { readonly do: "pass"; readonly ms: number }
  | { readonly do: "delete" | "expire" | "forget" | "restart" };

const who = fc.nat(3);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("join" as const),
      who,
      says: fc.constantFrom("x", "x", "x", "y"),
      version: fc.constantFrom(3, 5, 9),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom("sync" as const, "heartbeat" as const, "commit" as const),
      who,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("leave" as const), who }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("stray" as const), generation: fc.nat(4), who }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(0, 400, 3000) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "delete" as const,
        "expire" as const,
        "forget" as const,
        "restart" as const,
      ),
    }),
  },
);

/** A member's process: the first two are static. */
interface Client {
  readonly instanceId: string | null;
  memberId: string;
  generation: number;
  call: number | undefined;
}

/** Carries out steps as clients would, and keeps what they were told. */
class Cluster {
  readonly bench = new GroupBench({ initialRebalanceDelayMs: 300 });
  readonly clients: readonly Client[] = ["one", "two", null, null].map((instanceId) => ({
    instanceId,
    memberId: "",
    generation: -1,
    call: undefined,
  }));
  /** Of each life of the group and generation, by who is meant. */
  readonly leaders = new Map<string, string>();
  readonly assignments = new Map<string, string>();
  readonly #names = new Map<string, string>();
  #life = 0;
  #generation = -1;

  carryOut(step: Step): void {
    const { bench } = this;
    switch (step.do) {
      case "join":
        return this.#join(this.#client(step.who), step);
      case "sync":
        return this.#sync(this.#client(step.who));
      case "heartbeat": {
        const { memberId, generation, instanceId } = this.#client(step.who);
        return void bench.ask(bench.heartbeatCommand(memberId, generation, instanceId));
      }
      case "leave":
        return void bench.ask(bench.leaveCommand({ memberId: this.#client(step.who).memberId }));
      case "commit":
        return this.#commit(this.#client(step.who));
      case "stray": {
        const { memberId } = this.#client(step.who);
        return void bench.ask(bench.syncCommand({ memberId, generationId: step.generation }));
      }
      case "pass":
        return bench.pass(step.ms);
      case "delete":
        return void bench.ask({ type: "deleteGroup", groupId: TEST_GROUP });
      case "expire":
        return void bench.ask({ type: "expire", groupId: TEST_GROUP });
      case "forget": {
        const topics = [{ id: testUuid(1), name: "t" }];
        return void bench.ask({ type: "forgetTopics", groupId: TEST_GROUP, topics });
      }
      case "restart":
        return bench.restart();
    }
  }

  #client(index: number): Client {
    return this.clients[index] as Client;
  }

  #join(client: Client, { says, version }: Extract<Step, { readonly do: "join" }>): void {
    const { bench } = this;
    const { memberId, instanceId } = client;
    const joining = { memberId, instanceId, version, protocols: { [says]: "", z: "" } };
    client.call = bench.ask(bench.joinCommand({ ...joining, sessionMs: 5000, rebalanceMs: 2000 }));
  }

  #sync({ memberId, generation, instanceId }: Client): void {
    const { bench } = this;
    const assignments = [...bench.state.groups.get(TEST_GROUP)?.members.keys() ?? []]
      .map((id) => ({ memberId: id, assignment: utf8(`${id} in ${bench.nowMs}`) }));
    const sync = { memberId, generationId: generation, groupInstanceId: instanceId };
    bench.ask(bench.syncCommand({ ...sync, assignments }));
  }

  #commit({ memberId, generation, instanceId }: Client): void {
    this.bench.ask({
      type: "commitOffsets",
      groupId: TEST_GROUP,
      memberId,
      instanceId,
      generation,
      retentionMs: -1n,
      version: 9,
      offsets: [{
        topic: generation % 2 === 0 ? "t" : "u",
        topicId: testUuid(1),
        partition: 0,
        offset: BigInt(this.bench.log.length),
        leaderEpoch: -1,
        metadata: "",
      }],
    });
  }

  /** Clients read what they were answered, and what all were told must agree. */
  read(): void {
    for (const client of this.clients) this.#readJoin(client);
    const group = this.bench.state.groups.get(TEST_GROUP);
    if (group === undefined || group.generation < this.#generation) {
      // Only a group that was deleted, or has lost a generation that nobody was assigned, is so.
      this.#life++;
      this.#generation = -1;
    }
    this.#generation = Math.max(this.#generation, group?.generation ?? -1);
  }

  #readJoin(client: Client): void {
    const answer = client.call === undefined ? undefined : this.bench.answers.get(client.call);
    if (answer === undefined) return;
    client.call = undefined;
    const body = answer.body as GroupReplies["joinGroup"] | undefined;
    if (answer.error === "MEMBER_ID_REQUIRED") client.memberId = body?.memberId ?? "";
    else if (answer.error !== "NONE" || body === undefined) client.memberId = "";
    else {
      client.memberId = body.memberId;
      client.generation = body.generationId ?? -1;
      this.#names.set(body.memberId, client.instanceId ?? body.memberId);
      this.#agree(this.leaders, `${body.generationId}`, this.#names.get(body.leader));
    }
  }

  #agree(told: Map<string, string>, key: string, value: string | undefined): void {
    if (value === undefined) return;
    const full = `${this.#life} ${key}`;
    assert.is(told.get(full) ?? value, value, `of ${full}`);
    told.set(full, value);
  }
}

function check({ bench }: Cluster): void {
  const group = bench.state.groups.get(TEST_GROUP);
  const replayed = bench.replayed();
  assert.equal(offsetsOf(bench.state), offsetsOf(replayed));
  const written = replayed.groups.get(TEST_GROUP);
  assert.is(group === undefined, written === undefined);
  if (group === undefined || written === undefined) return;
  if (group.state === "Stable" || group.state === "Empty") {
    assert.equal(durable(group), durable(written));
  }
  assert.ok(written.generation <= group.generation);
  checkMembers(group);
}

function checkMembers({ leader, members, promised, unsynced, state }: ClassicGroup): void {
  assert.is(leader === null, members.size === 0);
  if (leader !== null) assert.ok(members.has(leader));
  if (state === "Empty") assert.is(members.size, 0);
  const instances = [...members.values()].flatMap(({ instanceId }) => instanceId ?? []);
  assert.is(new Set(instances).size, instances.length);
  for (const id of promised) assert.not.ok(members.has(id));
  for (const id of unsynced) assert.ok(members.has(id));
  for (const { joinCall, syncCall } of members.values()) {
    if (joinCall !== undefined) assert.is(state, "PreparingRebalance");
    if (syncCall !== undefined) assert.is(state, "CompletingRebalance");
  }
}

/** What of a group the log tells. */
function durable(group: ClassicGroup): unknown {
  const { id, state, stateSinceMs, protocolType, generation, protocol, leader } = group;
  const members = [...group.members.values()].map((member) => ({
    id: member.id,
    instanceId: member.instanceId,
    timeouts: [member.rebalanceTimeoutMs, member.sessionTimeoutMs],
    says: textOf(metadataFor(member, protocol)),
    assignment: textOf(member.assignment),
  })).sort((a, b) => (a.id < b.id ? -1 : 1));
  return { id, state, stateSinceMs, protocolType, generation, protocol, leader, members };
}

function offsetsOf({ offsets }: GroupBench["state"]): unknown {
  const all = [...offsets].flatMap(([group, { committed }]) =>
    [...committed].map((one) => [`${group} ${one.topic} ${one.partition}`, one] as const));
  return all.sort(([a], [b]) => (a < b ? -1 : 1));
}

test("groupsFold: what was written tells all that must be kept, and all were told the same", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 120 }), (steps) => {
      const cluster = new Cluster();
      for (const one of steps) {
        cluster.carryOut(one);
        cluster.read();
        check(cluster);
      }
    }),
    { numRuns: 300 },
  );
});

test("groupsFold: nobody waits for ever, and a group without members rests", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 80 }), (steps) => {
      const cluster = new Cluster();
      for (const one of steps) {
        cluster.carryOut(one);
        cluster.read();
      }
      const { bench } = cluster;
      bench.pass(1_000_000);
      assert.equal(bench.waiting, []);
      assert.is(bench.due.size, 0);
      assert.is(bench.state.groups.get(TEST_GROUP)?.members.size ?? 0, 0);
    }),
    { numRuns: 300 },
  );
});

test("groupsFold: a member gets one assignment in a generation", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 120 }), (steps) => {
      const cluster = new Cluster();
      const told = new Map<string, string>();
      let life = 0;
      for (const one of steps) {
        if (one.do === "delete" || one.do === "restart" || one.do === "expire") life++;
        const asked = cluster.bench.waiting;
        cluster.carryOut(one);
        cluster.read();
        const { bench } = cluster;
        const group = bench.state.groups.get(TEST_GROUP);
        if (group?.state !== "Stable") continue;
        for (const { id, assignment } of group.members.values()) {
          const key = `${life} ${group.generation} ${id}`;
          assert.is(told.get(key) ?? textOf(assignment), textOf(assignment));
          told.set(key, textOf(assignment));
        }
        void asked;
      }
    }),
    { numRuns: 200 },
  );
});

test("groupsFold: every record is read back as it was decided", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 80 }), (steps) => {
      const cluster = new Cluster();
      for (const one of steps) {
        cluster.carryOut(one);
        cluster.read();
      }
      for (const record of cluster.bench.log) {
        assert.equal(decodeGroupRecord(encodeGroupRecord(record)), record);
      }
    }),
    { numRuns: 100 },
  );
});

test("groupsFold asks each group what there is to be done", () => {
  const fold = groupsFold({ ...LIMITS, expiryCheckMs: 7 });
  const bench = new GroupBench();
  bench.stable({});
  assert.equal([...fold.resume(bench.state)], [{ type: "resume", groupId: TEST_GROUP }]);
  assert.equal([...fold.chores(bench.state)], [{ type: "expire", groupId: TEST_GROUP }]);
  assert.equal([...fold.forget(bench.state, [])], []);
  assert.is(fold.choresMs, 7);
  assert.equal([...fold.resume(fold.empty)], []);
});

test.run();
