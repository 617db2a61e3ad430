// Names of topics: legal ones, and those that metrics could not tell apart.

import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { imageOf, topicRecords } from "./testing/image_of.ts";
import { collidingTopic, problemOfTopicName } from "./topic_names.ts";

const test = suite("topic names");

test("problemOfTopicName finds nothing wrong with legal names", () => {
  const names = ["a", "A-z_0.9", "...", "-", "_", "__consumer_offsets", "a".repeat(249)];
  for (const name of names) assert.is(problemOfTopicName(name), undefined, name);
});

test("problemOfTopicName says what is wrong, in Kafka's words", () => {
  const long = "a".repeat(250);
  const characters = (name: string): string =>
    `'${name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'`;
  const table: [name: string, problem: string][] = [
    ["", "the empty string is not allowed"],
    [".", "'.' is not allowed"],
    ["..", "'..' is not allowed"],
    [long, `the length of '${long}' is longer than the max allowed length 249`],
    ["a b", characters("a b")],
    ["a/b", characters("a/b")],
    ["ä", characters("ä")],
    ["a\n", characters("a\n")],
    ["a\u0000", characters("a\u0000")],
    ["*", characters("*")],
  ];
  for (const [name, problem] of table) assert.is(problemOfTopicName(name), problem);
});

test("problemOfTopicName allows exactly the alphabet", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 6 }), (name) => {
    const isLegal = [...name].every((one) =>
      (one >= "a" && one <= "z") || (one >= "A" && one <= "Z") || (one >= "0" && one <= "9") ||
      one === "." || one === "_" || one === "-"
    ) && name !== "." && name !== "..";
    assert.is(problemOfTopicName(name) === undefined, isLegal, name);
  }));
});

test("collidingTopic finds the topic that differs in . and _ only", () => {
  const image = imageOf(["a.b", "x_y.z", "plain", "same_"].flatMap((name, i) =>
    topicRecords(name, i, [])
  ));
  const table: [name: string, colliding: string | undefined][] = [
    ["a_b", "a.b"],
    ["a.b", undefined],
    ["ab", undefined],
    ["a-b", undefined],
    ["x.y_z", "x_y.z"],
    ["x_y_z", "x_y.z"],
    ["x.y.z", "x_y.z"],
    ["x_y.z", undefined],
    ["plain", undefined],
    ["same.", "same_"],
    ["a_bb", undefined],
  ];
  for (const [name, colliding] of table) assert.is(collidingTopic(image, name), colliding, name);
});

test.run();
