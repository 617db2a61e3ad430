// What the handler of JoinGroup adds to what the group's coordinator decides.

import { seededRandom } from "@odradek/base";
import { configOf } from "@odradek/metadata/configs/mod";
import { allowAll } from "@odradek/network";
import type { ErrorName } from "@odradek/protocol/errors";
import { JoinGroup } from "@odradek/protocol/messages/join_group";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { GroupCoordinators } from "../coordinators/group_coordinators.ts";
import { joinRefused } from "../groups/classic/answers.ts";
import { answerOf } from "../testing/requests.ts";
import { joinGroupEndpoint } from "./join_group.ts";

const test = suite("requests/join_group");

const body = {
  groupId: "g",
  sessionTimeoutMs: 10_000,
  rebalanceTimeoutMs: 10_000,
  memberId: "",
  protocolType: "consumer",
  protocols: [{ name: "range", metadata: new Uint8Array(0) }],
};

/** What a coordinator decides; the bounds that are told of. */
async function boundsMet(decided: ErrorName): Promise<string[]> {
  const met: string[] = [];
  const groups: Partial<GroupCoordinators> = {
    ask: async () => joinRefused(decided, "") as never,
  };
  const endpoint = joinGroupEndpoint({
    groups: groups as GroupCoordinators,
    bounds: { met: (bound, text) => void met.push(`${bound}: ${text}`) },
    config: configOf({ "group.max.size": "2" }),
    hooks: allowAll,
    random: seededRandom(1),
  });
  await answerOf(JoinGroup, endpoint, { version: 9, body });
  return met;
}

test("JoinGroup tells of a group that has as many members as it may", async () => {
  assert.equal(await boundsMet("GROUP_MAX_SIZE_REACHED"), [
    'group.max.size: Refusing a member of group "g": group.max.size (2) is reached',
  ]);
  assert.equal(await boundsMet("MEMBER_ID_REQUIRED"), []);
});

test.run();
