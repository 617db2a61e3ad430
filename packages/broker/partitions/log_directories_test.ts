// Where replicas lie and new ones go.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { testUuid } from "../testing/images.ts";
import { logDirectory } from "../testing/directories.ts";
import { LogDirectories } from "./log_directories.ts";

const test = suite("partitions/log_directories");

const [a, b, c] = [1, 2, 3].map((number) =>
  logDirectory(`/data/${number}`, { id: testUuid(number) })
);
assert.ok(a && b && c);

test("LogDirectories.placeOf finds a replica where it lies, whatever is assigned", () => {
  const holding = logDirectory("/data/9", { id: testUuid(9), replicas: ["t-0"] });
  const directories = new LogDirectories([a, holding]);
  assert.is(directories.placeOf("t-0", a.id), holding);
  assert.is(directories.placeOf("t-1", a.id), a);
});

test("LogDirectories.placeOf follows the assignment, if it is one of this broker's", () => {
  const directories = new LogDirectories([a, b, c]);
  assert.is(directories.placeOf("t-0", c.id), c);
  assert.is(directories.placeOf("t-1", c.id), c);
  assert.is(directories.placeOf("t-2", testUuid(77)), a);
});

test("LogDirectories.placeOf spreads what is not assigned", () => {
  const directories = new LogDirectories([a, b, c]);
  directories.placeOf("t-0", b.id);
  const places = ["t-1", "t-2", "t-3", "t-4", "t-5"].map((name) =>
    directories.placeOf(name, undefined).path
  );
  assert.equal(places, [a, c, a, b, c].map(({ path }) => path));
});

test.run();
