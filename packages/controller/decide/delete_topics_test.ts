// Topics are deleted: each for itself, and none twice.

import { type Uuid, ZERO_UUID } from "@odradek/base";
import { imageOf, topicRecords, uuidOf } from "@odradek/metadata/testing/image_of";
import { errorName } from "@odradek/protocol/errors";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { decideDeleteTopics } from "./delete_topics.ts";

const test = suite("decideDeleteTopics");

const image = imageOf([
  ...topicRecords("a", 1, [{ replicas: [1] }]),
  ...topicRecords("b", 2, [{ replicas: [1] }]),
]);
const [A, B, UNKNOWN] = [uuidOf(1), uuidOf(2), uuidOf(9)];

const named = (name: string) => ({ name, topicId: ZERO_UUID });
const byId = (topicId: Uuid) => ({ name: null, topicId });

function decided(topics: { name: string | null; topicId: Uuid }[], mayDelete = true) {
  const request = { topics, topicNames: [], timeoutMs: 1000 };
  const { records, reply } = decideDeleteTopics(image, { request, mayDelete: () => mayDelete });
  return {
    deleted: records.map((record) => record.type === "RemoveTopicRecord" && record.topicId),
    answers: reply.map((one) => [one.name, one.topicId, errorName(one.errorCode ?? 0)]),
  };
}

test("decideDeleteTopics deletes by name and by id, and goes on behind those unknown", () => {
  assert.equal(decided([named("a"), named("x"), byId(UNKNOWN), byId(B)]), {
    deleted: [A, B],
    answers: [
      ["a", A, "NONE"],
      ["x", ZERO_UUID, "UNKNOWN_TOPIC_OR_PARTITION"],
      [null, UNKNOWN, "UNKNOWN_TOPIC_ID"],
      ["b", B, "NONE"],
    ],
  });
});

test("decideDeleteTopics refuses once what is there twice", () => {
  const cases: [Parameters<typeof decided>[0], unknown[]][] = [
    [[named("a"), named("a")], ["a", ZERO_UUID, "INVALID_REQUEST"]],
    [[byId(A), byId(A)], [null, A, "INVALID_REQUEST"]],
    [[byId(A), named("a")], ["a", A, "INVALID_REQUEST"]],
    [[named("a"), byId(A)], ["a", A, "INVALID_REQUEST"]],
  ];
  for (const [topics, answer] of cases) {
    assert.equal(decided(topics), { deleted: [], answers: [answer] });
  }
});

test("decideDeleteTopics wants either a name or an id", () => {
  const answers = decided([{ name: "a", topicId: A }, byId(ZERO_UUID)]).answers;
  assert.equal(answers.map(([, , error]) => error), ["INVALID_REQUEST", "INVALID_REQUEST"]);
});

test("decideDeleteTopics keeps what the requester may not delete", () => {
  assert.equal(decided([named("a")], false), {
    deleted: [],
    answers: [["a", ZERO_UUID, "TOPIC_AUTHORIZATION_FAILED"]],
  });
});

test.run();
