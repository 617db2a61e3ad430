// Who gets what: the same as from Kafka's assignors of the same names, where those are exact.

import fc from "fast-check";
import type { TopicPartition } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ASSIGNOR_NAMES, type Assignor, assignorNamed, type GroupMember } from "./assignors.ts";

const test = suite("groups/assignors");

const named = (name: string): Assignor => assignorNamed(name) as Assignor;

/** `t0 t1`: two partitions. */
function parse(text: string): TopicPartition[] {
  return text.split(" ").filter((one) => one !== "")
    .map((one) => ({ topic: one[0] ?? "", partition: Number(one.slice(1)) }));
}

/** `topics`, and what it owns already, as `t0 t1@4` in generation 4. `!x`: a static member. */
function member(name: string, topics: string, holding = ""): GroupMember {
  const [owned = "", generation = 1] = holding.split("@");
  return {
    memberId: `id-${name}`,
    instanceId: name.startsWith("!") ? name : null,
    subscription: { topics: [...topics], owned: parse(owned), generation: Number(generation) },
  };
}

function shared(
  assignor: string,
  members: readonly GroupMember[],
  counts: Readonly<Record<string, number>>,
): string[] {
  const assignment = named(assignor).assign(members, new Map(Object.entries(counts)));
  return members.map(({ memberId }) =>
    (assignment.get(memberId) ?? []).map(({ topic, partition }) => `${topic}${partition}`)
      .sort().join(" ")
  );
}

test("range gives each member a range of every topic that it reads", () => {
  const [a, b, c] = [member("a", "tu"), member("b", "tu"), member("c", "u")];
  const given = shared("range", [b, a, c], { t: 3, u: 4, v: 9 });
  assert.equal(given, ["t2 u2", "t0 t1 u0 u1", "u3"]);
  assert.equal(shared("range", [a], {}), [""]);
});

test("range and roundrobin put static members first, by instance id", () => {
  const members = [member("a", "t"), member("!z", "t")];
  assert.equal(shared("range", members, { t: 3 }), ["t2", "t0 t1"]);
  assert.equal(shared("roundrobin", members, { t: 3 }), ["t1", "t0 t2"]);
});

test("roundrobin deals out one partition to each that reads its topic", () => {
  const members = [member("a", "tu"), member("b", "tu"), member("c", "u")];
  assert.equal(shared("roundrobin", members, { t: 3, u: 3 }), ["t0 t2 u2", "t1 u0", "u1"]);
});

test("cooperative-sticky leaves members what they hold", () => {
  const members = [member("a", "t", "t3 t2"), member("b", "t", "t0 t1")];
  assert.equal(shared("cooperative-sticky", members, { t: 5 }), ["t2 t3 t4", "t0 t1"]);
});

test("cooperative-sticky gives what moves to nobody in this generation", () => {
  const members = [member("a", "t", "t0 t1 t2 t3"), member("b", "t")];
  assert.equal(shared("cooperative-sticky", members, { t: 4 }), ["t0 t1", ""]);
  const next = [member("a", "t", "t0 t1@2"), member("b", "t", "@2")];
  assert.equal(shared("cooperative-sticky", next, { t: 4 }), ["t0 t1", "t2 t3"]);
});

test("cooperative-sticky believes the later of two who say that they hold the same", () => {
  const members = [member("a", "t", "t0 t1@4"), member("b", "t", "t0 t1@5")];
  assert.equal(shared("cooperative-sticky", members, { t: 2 }), ["", "t0"]);
  const equal = [member("a", "t", "t0@5"), member("b", "t", "t0@5")];
  assert.equal(shared("cooperative-sticky", equal, { t: 1 }).join(""), "t0");
});

const memberDraft = fc.record({
  topics: fc.subarray(["t", "u", "v"]),
  isStatic: fc.boolean(),
});

test("Assignor.assign gives every partition to one of its readers, in balance", () => {
  fc.assert(fc.property(
    fc.array(memberDraft, { minLength: 1, maxLength: 6 }),
    fc.record({ t: fc.nat(7), u: fc.nat(7), v: fc.nat(7) }),
    fc.constantFrom(...ASSIGNOR_NAMES),
    (drafts, counts, name) => {
      let members = drafts.map(({ topics, isStatic }, i) =>
        member(`${isStatic ? "!" : ""}m${i}`, topics.join(""))
      );
      // A cooperative one may need a second round.
      for (let round = 1; round <= 2; round++) {
        const given = shared(name, members, counts);
        members = members.map((one, i) => ({
          ...one,
          subscription: { ...one.subscription, owned: parse(given[i] ?? ""), generation: round },
        }));
      }
      const owned = members.map(({ subscription }) => subscription);
      for (const { topics, owned: mine } of owned) {
        assert.ok(mine.every(({ topic }) => topics.includes(topic)), "each reads what it gets");
      }
      for (const [topic, count] of Object.entries(counts)) {
        const all = owned.flatMap((one) => one.owned).filter((one) => one.topic === topic);
        const isRead = owned.some(({ topics }) => topics.includes(topic));
        assert.is(all.length, isRead ? count : 0);
        assert.is(new Set(all.map(({ partition }) => partition)).size, all.length);
      }
      const isSame = owned.every(({ topics }) => topics.join() === owned[0]?.topics.join());
      if (name === "range" || !isSame) return;
      const loads = owned.map((one) => one.owned.length);
      assert.ok(Math.max(...loads) - Math.min(...loads) <= 1, `${loads}`);
    },
  ));
});

test.run();
