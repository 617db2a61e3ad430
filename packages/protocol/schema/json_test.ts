// Messages as JSON and back. The golden vectors hold every schema against it.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Malformed } from "../wire/malformed.ts";
import { schema } from "./api.ts";
import { array } from "./array.ts";
import { fromJson, type Json, toJson, toJsonNumbers, toJsonText } from "./json.ts";
import { boolean, bytes, float64, int32, int64, records, string, uuid } from "./primitives.ts";
import { struct } from "./struct.ts";

const test = suite("json");

const Sample = schema({
  name: "Sample",
  versions: [0, 2],
  flexibleSince: 1,
  fields: {
    offset: int64,
    old: int32.until(0),
    offsets: array(int64).nullable(),
    blob: bytes.nullable(),
    batches: records,
    id: uuid.since(1),
    flag: boolean.since(2),
    inner: struct({ ratio: float64.default(0) }),
    note: string.since(1).nullable().default(null).tag(1),
    limit: int64.since(1).default(-1n).tag(0),
  },
});

const DRAFT = {
  offset: 2n ** 63n - 1n,
  offsets: [-1n],
  blob: Uint8Array.of(0, 0xff),
  batches: [Uint8Array.of(1), Uint8Array.of(2)],
  inner: { ratio: 0.5 },
};
const JSON_0 = {
  offset: "9223372036854775807",
  old: 0,
  offsets: ["-1"],
  blob: "AP8=",
  batches: "AQI=",
  inner: { ratio: 0.5 },
};

test("toJson writes the fields of the version, in order, int64 as text and bytes as base64", () => {
  assert.is(JSON.stringify(toJson(Sample, DRAFT, 0)), JSON.stringify(JSON_0));
  const { old: _, ...since } = JSON_0;
  assert.equal(toJson(Sample, DRAFT, 1), { ...since, id: "AAAAAAAAAAAAAAAAAAAAAA" });
});

test("toJson leaves out tagged fields at their default, and no others", () => {
  const json = toJson(Sample, { ...DRAFT, note: "n", limit: -1n, offsets: null, blob: null }, 1);
  assert.is(json["note"], "n");
  assert.not("limit" in json);
  assert.equal([json["offsets"], json["blob"]], [null, null]);
  assert.not("note" in toJson(Sample, { ...DRAFT, note: "n" }, 0));
});

test("toJsonText writes all digits of what toJsonNumbers leaves a bigint", () => {
  const json = toJsonNumbers(Sample, DRAFT, 0);
  const text = toJsonText(json);
  assert.match(text, '"offset":9223372036854775807,');
  assert.match(text, '"offsets":[-1],');
  assert.is(toJsonText([1n, "1", null, 0.5]), '[1,"1",null,0.5]');
  assert.is(toJsonText({ a: [1n] }, 1), '{\n "a": [\n  1\n ]\n}');
});

test("toJsonNumbers has doubles written as Java writes them", () => {
  const cases: [number, string][] = [
    [0, "0.0"],
    [-0, "-0.0"],
    [5, "5.0"],
    [-0.25, "-0.25"],
    [1048576, "1048576.0"],
    [0.001, "0.001"],
    [0.0001, "1.0E-4"],
    [1e7, "1.0E7"],
    [12345678.5, "1.23456785E7"],
    [5e-324, "5.0E-324"],
    [-1.5e300, "-1.5E300"],
    [Number.NaN, '"NaN"'],
    [Number.NEGATIVE_INFINITY, '"-Infinity"'],
  ];
  for (const [ratio, text] of cases) {
    const json = toJsonNumbers(Sample, { ...DRAFT, inner: { ratio } }, 0);
    assert.match(toJsonText(json), `"inner":{"ratio":${text}}`);
  }
});

test("fromJson reads what toJson wrote", () => {
  for (const version of [0, 1, 2]) {
    const bytes = Sample.encode({ ...DRAFT, note: null, limit: -1n }, version);
    const message = Sample.decode(bytes, version);
    const draft = fromJson(Sample, toJson(Sample, message, version), version);
    assert.equal(Sample.encode(draft, version), bytes);
  }
});

test("fromJson takes an int64 as text, number or bigint", () => {
  const { batches, ...rest } = JSON_0;
  for (const offset of ["-5", -5, -5n]) {
    assert.is(fromJson(Sample, { ...rest, batches, offset }, 0).offset, -5n);
  }
});

test("fromJson refuses unknown names and values of another type", () => {
  const cases: [string, Json][] = [
    ["unknown", 1],
    ["id", "AAAAAAAAAAAAAAAAAAAAAA"], // not in version 0
    ["offset", "1.5"],
    ["offset", 1.5],
    ["offset", 2 ** 60],
    ["offset", "9223372036854775808"],
    ["offsets", "1"],
    ["offsets", [true]],
    ["old", "1"],
    ["old", 0.5],
    ["blob", "*"],
    ["blob", 1],
    ["inner", []],
    ["inner", { ratio: "1" }],
    ["inner", { other: 1 }],
  ];
  for (const [name, value] of cases) {
    assert.throws(
      () => fromJson(Sample, { ...JSON_0, [name]: value }, 0),
      (thrown: unknown) => thrown instanceof Malformed,
      `${name} ${toJsonText(value)}`,
    );
  }
  for (const id of ["AAAA", "AAAAAAAAAAAAAAAAAAAAAB", 1]) {
    assert.throws(() => fromJson(Sample, { id }, 1), /Sample\.id/);
  }
  assert.throws(() => fromJson(Sample, { flag: 1 }, 2), /Sample\.flag/);
  assert.throws(() => fromJson(Sample, [], 2), /Sample/);
});

test.run();
