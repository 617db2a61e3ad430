// Groups: which there are, who is in them, and what they have committed.

import { Admin, type Cluster, done } from "@odradek/client";
import { type Expected, type ExpectedGroup, nameOf } from "./expected.ts";
import type { Facts } from "./facts.ts";

export async function checkGroups(
  facts: Facts,
  cluster: Cluster,
  { groups }: Expected,
): Promise<void> {
  const admin = new Admin(cluster);
  const listed = new Map((await admin.listGroups()).map((group) => [group.groupId, group]));
  for (const [name, expected] of Object.entries(groups)) {
    if (expected.type === "Share") continue;
    await checkOffsets(facts, admin, { name, ...expected });
    if (expected.type !== "Classic") continue;
    const { protocol: protocolType, state } = expected;
    const told = listed.get(name);
    const wanted = { groupId: name, protocolType, state, type: "classic" };
    facts.compare(`group ${name} is listed`, wanted, told);
    await checkDescription(facts, admin, { name, ...expected });
  }
}

type Named = ExpectedGroup & { readonly name: string };

async function checkDescription(facts: Facts, admin: Admin, expected: Named): Promise<void> {
  const { name, state, protocol, assignor, members } = expected;
  await facts.check(`group ${name}`, { state, protocol, assignor, members }, async () => {
    const group = done((await admin.describeGroups([name])).get(name));
    return {
      state: group.state,
      protocol: group.protocolType,
      assignor: group.protocol,
      members: group.members.map(({ memberId, instanceId, clientId, host, assignment }) => ({
        memberId,
        instanceId,
        clientId,
        host,
        assignment: assignment.map(nameOf).sort(),
      })),
    };
  });
}

async function checkOffsets(facts: Facts, admin: Admin, { name, offsets = {} }: Named) {
  const committed = new Map(
    (await admin.listGroupOffsets(name)).map((one) => [nameOf(one), one]),
  );
  const sorted = (names: Iterable<string>): string[] => [...names].sort();
  const partitions = sorted(Object.keys(offsets));
  facts.compare(`offsets of group ${name}`, partitions, sorted(committed.keys()));
  for (const [partition, expected] of Object.entries(offsets)) {
    const told = committed.get(partition);
    facts.compare(
      `offset of group ${name} for ${partition}`,
      { leaderEpoch: -1, ...expected },
      told && { leaderEpoch: told.leaderEpoch, offset: told.offset, metadata: told.metadata },
    );
  }
}
