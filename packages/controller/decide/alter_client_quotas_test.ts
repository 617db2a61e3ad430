// Quotas are set and removed.

import { quotasOf } from "@odradek/metadata";
import { imageOf } from "@odradek/metadata/testing/image_of";
import { errorName } from "@odradek/protocol/errors";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { decideAlterClientQuotas } from "./alter_client_quotas.ts";

const test = suite("decideAlterClientQuotas");

type Parts = Record<string, string | null>;
type Op = [key: string, value: number | null];

function entry(parts: Parts, ...ops: Op[]) {
  return {
    entity: Object.entries(parts).map(([entityType, entityName]) => ({ entityType, entityName })),
    ops: ops.map(([key, value]) => ({ key, value: value ?? 0, remove: value === null })),
  };
}

function decided(entries: ReturnType<typeof entry>[], image = imageOf([]), validateOnly = false) {
  const { records, reply } = decideAlterClientQuotas(image, { entries, validateOnly });
  return { records, image: imageOf(records, image), reply };
}

test("decideAlterClientQuotas sets and removes single keys of an entity", () => {
  const rates: Op[] = [["producer_byte_rate", 1024], ["request_percentage", 5.5]];
  const { image } = decided([entry({ user: "u", "client-id": null }, ...rates)]);
  const removal = entry({ "client-id": null, user: "u" }, ["producer_byte_rate", null]);
  const after = decided([removal], image);
  assert.equal(quotasOf(after.image).map(({ key, value }) => [key, value]), [
    ["request_percentage", 5.5],
  ]);
});

test("decideAlterClientQuotas writes nothing that is so already, or only asked", () => {
  const one = entry({ user: "u" }, ["producer_byte_rate", 1]);
  const { image } = decided([one]);
  assert.equal(decided([one], image).records, []);
  assert.equal(decided([entry({ user: "x" }, ["producer_byte_rate", null])]).records, []);
  assert.equal(decided([one], imageOf([]), true).records, []);
});

const REFUSED: [ReturnType<typeof entry>, string][] = [
  [entry({}), "Invalid empty client quota entity"],
  [entry({ nope: "x" }), "Unhandled client quota entity type: nope"],
  [entry({ user: "" }), "Empty user not supported"],
  [entry({ user: "u", ip: "10.0.0.1" }),
    "Invalid quota entity combination, IP entity shouldnot be combined with User or ClientId"],
  [entry({ ip: "not an ip" }), "not an ip is not a valid IP or resolvable host."],
  [entry({ ip: "10.0.0.1" }, ["producer_byte_rate", 1]),
    "Invalid configuration key producer_byte_rate"],
  [entry({ user: "u" }, ["toString", 1]), "Invalid configuration key toString"],
  [entry({ user: "u" }, ["producer_byte_rate", -5]),
    "Quota producer_byte_rate must be greater than 0"],
  [entry({ user: "u" }, ["producer_byte_rate", Number.NaN]),
    "Quota producer_byte_rate must be greater than 0"],
  [entry({ user: "u" }, ["producer_byte_rate", 5.5]),
    "producer_byte_rate cannot be a fractional value."],
  [entry({ user: "u" }, ["request_percentage", 5], ["request_percentage", 6]),
    "user=u has request_percentage more than once"],
];

test("decideAlterClientQuotas refuses in words what may not be, and goes on", () => {
  const good = entry({ ip: "10.0.0.9" }, ["connection_creation_rate", 5]);
  for (const [bad, message] of REFUSED) {
    const { reply, records } = decided([bad, good]);
    const errors = reply.map(({ errorCode, errorMessage }) => [errorName(errorCode), errorMessage]);
    assert.equal(errors, [["INVALID_REQUEST", message], ["NONE", null]]);
    assert.is(records.length, 1);
  }
});

test("decideAlterClientQuotas refuses an entity that is there twice", () => {
  const one = entry({ user: "u" }, ["producer_byte_rate", 1]);
  const { records, reply } = decided([one, one]);
  assert.equal([records.length, reply.every(({ errorCode }) => errorCode === 42)], [0, true]);
});

test.run();
