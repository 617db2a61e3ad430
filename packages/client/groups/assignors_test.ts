// Who gets what: the same as from Kafka's assignors of the same names, where those are exact.

import fc from "fast-check";
import type { TopicPartition } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ASSIGNOR_NAMES, type Assignor, assignorNamed, type GroupMember } from "./assignors.ts";
import { encodeGeneration, encodeStickyUserData } from "./assignors/user_data.ts";

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
    subscription: {
      topics: [...topics],
      owned: parse(owned),
      generation: Number(generation),
      userData: null,
    },
  };
}

/** As `member`, of one that has given up what it had, and tells it to the assignor. */
function eager(name: string, topics: string, holding = ""): GroupMember {
  const { subscription, ...rest } = member(name, topics, holding);
  const { owned: partitions, generation } = subscription;
  const userData = encodeStickyUserData({ partitions, generation });
  return { ...rest, subscription: { topics: [...topics], owned: [], generation: -1, userData } };
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

test("sticky gives back what members tell that they had, and moves the rest at once", () => {
  const members = [eager("a", "t", "t0 t1 t2 t3"), eager("b", "t")];
  assert.equal(shared("sticky", members, { t: 4 }), ["t0 t1", "t2 t3"]);
  const next = [eager("a", "t", "t3 t2"), eager("b", "t", "t0 t1")];
  assert.equal(shared("sticky", next, { t: 5 }), ["t2 t3 t4", "t0 t1"]);
});

test("sticky believes the later of two who say that they had the same", () => {
  const members = [eager("a", "t", "t0 t1 t2@4"), eager("b", "t", "t0@5")];
  assert.equal(shared("sticky", members, { t: 3 }), ["t1 t2", "t0"]);
});

test("sticky takes who tells no generation for the oldest, and nonsense for nothing", () => {
  const had = { partitions: parse("t0 t1"), generation: 1 };
  const old = encodeStickyUserData(had).subarray(0, -4);
  const nonsense = new Uint8Array([0, 0, 0, 9, 1]);
  const members = [eager("a", "t"), eager("b", "t"), eager("c", "t", "t0@0")];
  const say = (i: number, userData: Uint8Array): GroupMember => {
    const one = members[i] as GroupMember;
    return { ...one, subscription: { ...one.subscription, userData } };
  };
  const all = [say(0, nonsense), say(1, old), members[2] as GroupMember];
  assert.equal(shared("sticky", all, { t: 3 }), ["t2", "t1", "t0"]);
});

test("cooperative-sticky reads the generation of those whose subscription has none", () => {
  const old = member("a", "t", "t0 t1@-1");
  const userData = encodeGeneration(6);
  const members = [
    { ...old, subscription: { ...old.subscription, userData } },
    member("b", "t", "t0 t1@5"),
  ];
  assert.equal(shared("cooperative-sticky", members, { t: 2 }), ["t0", ""]);
});

test("Assignor.userData of the sticky ones is as Kafka's clients write it", () => {
  const given = { partitions: parse("t1 t0 u0"), generation: 7 };
  const told = (name: string, generation = 7): string | undefined =>
    named(name).userData?.({ ...given, generation })?.toHex();
  // Topics with their partitions, then the generation; no version before them.
  const topics = "00000002" + "000174" + "00000002" + "00000001" + "00000000" +
    "000175" + "00000001" + "00000000";
  assert.is(told("sticky"), `${topics}00000007`);
  assert.is(told("cooperative-sticky"), "00000007");
  assert.is(told("sticky", -1), undefined);
  assert.is(told("range"), undefined);
});

const memberShape = { topics: fc.subarray(["t", "u", "v"]), isStatic: fc.boolean() };
const memberDraft = fc.record(memberShape);

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
          subscription: {
            ...one.subscription,
            owned: parse(given[i] ?? ""),
            generation: round,
            userData: encodeStickyUserData({
              partitions: parse(given[i] ?? ""),
              generation: round,
            }),
          },
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

/** Of each member: which of so many partitions it had; -1: nobody had it. */
const historyDraft = (members: number, partitions: number) =>
  fc.array(fc.integer({ min: -1, max: members - 1 }), {
    minLength: partitions,
    maxLength: partitions,
  });

const groupDraft = fc.record({ members: fc.integer({ min: 1, max: 7 }), partitions: fc.nat(20) })
  .chain(({ members, partitions }) => fc.record({
    members: fc.constant(members),
    owners: historyDraft(members, partitions),
  }));

test("sticky moves no more than the balance needs, whoever came, left or had how much", () => {
  fc.assert(fc.property(groupDraft, ({ members: count, owners }) => {
    const had = (i: number): string[] =>
      owners.flatMap((owner, partition) => owner === i ? [`t${partition}`] : []);
    const members = Array.from({ length: count }, (_, i) =>
      eager(`m${i}`, "t", had(i).join(" "))
    );
    const given = shared("sticky", members, { t: owners.length })
      .map((text) => text.split(" ").filter((one) => one !== ""));
    const kept = given.reduce((sum, some, i) =>
      sum + some.filter((one) => had(i).includes(one)).length, 0);
    // The largest keep one more than the others, as far as it does not come out even.
    const [each, more] = [Math.floor(owners.length / count), owners.length % count];
    const most = members.map((_, i) => had(i).length).sort((a, b) => b - a)
      .reduce((sum, length, i) => sum + Math.min(length, each + (i < more ? 1 : 0)), 0);
    assert.is(kept, most);
  }));
});

test("Assignor.assign does not depend on the order of the members, nor of what they had", () => {
  const draft = fc.record({
    members: fc.array(fc.record({ ...memberShape, had: fc.subarray(["t0", "t1", "u0", "u5"]) }), {
      minLength: 1,
      maxLength: 6,
    }),
    counts: fc.record({ t: fc.nat(7), u: fc.nat(7), v: fc.nat(7) }),
    name: fc.constantFrom(...ASSIGNOR_NAMES),
    seed: fc.integer(),
  });
  fc.assert(fc.property(draft, ({ members: drafts, counts, name, seed }) => {
    const make = name === "sticky" ? eager : member;
    const members = drafts.map(({ topics, isStatic, had }, i) =>
      make(`${isStatic ? "!" : ""}m${i}`, topics.join(""), `${had.join(" ")}@${i % 2}`)
    );
    const mixed = members.map((one, i) => ({ one, at: Math.sin(seed + i * 7) }))
      .sort((a, b) => a.at - b.at).map(({ one }) => one);
    const byMember = (some: readonly GroupMember[]): [string, string][] => {
      const given = shared(name, some, counts);
      return some.map(({ memberId }, i): [string, string] => [memberId, given[i] ?? ""]).sort();
    };
    assert.equal(byMember(mixed), byMember(members));
  }));
});

test("sticky leaves nobody with two more than another who could read one of them", () => {
  fc.assert(fc.property(
    fc.array(memberDraft, { minLength: 1, maxLength: 6 }),
    fc.record({ t: fc.nat(9), u: fc.nat(9), v: fc.nat(9) }),
    (drafts, counts) => {
      const members = drafts.map(({ topics }, i) => eager(`m${i}`, topics.join("")));
      const given = shared("sticky", members, counts).map(parse);
      for (const from of given) {
        for (const [i, { subscription: { topics } }] of members.entries()) {
          const couldRead = from.some(({ topic }) => topics.includes(topic));
          assert.ok(!couldRead || from.length <= (given[i]?.length ?? 0) + 1);
        }
      }
    },
  ));
});

test.run();
