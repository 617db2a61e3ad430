// The page of all keys holds what the tables hold.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { BROKER_CONFIGS, GROUP_CONFIGS, TOPIC_CONFIGS } from "./catalogue.ts";
import { referencePage } from "./reference.ts";

const test = suite("configs/reference");
const page = referencePage();

test("referencePage has one row for every key", () => {
  for (const keys of [BROKER_CONFIGS, TOPIC_CONFIGS, GROUP_CONFIGS]) {
    for (const name of Object.keys(keys)) assert.ok(page.includes(`\n| \`${name}\` | `), name);
  }
});

test("referencePage shows a row as the table has it", () => {
  const row = "| `num.partitions` | int | `1` | a whole number, at least 1 | at restart | " +
    "Partitions of a new topic whose creator names no count. |";
  assert.ok(page.includes(row));
});

test("referencePage has as many cells in every row of a table as in its head", () => {
  let cells = 0;
  for (const line of page.split("\n")) {
    const here = line.startsWith("|") ? line.replaceAll("\\|", "").split("|").length : 0;
    if (here !== 0 && cells !== 0) assert.is(here, cells, line);
    cells = here;
  }
});

test("referencePage names what is refused and what is ignored", () => {
  const texts = ["`remote.log.storage.system.enable` | there is", "access control", "zookeeper"];
  for (const text of texts) {
    assert.ok(page.includes(text), text);
  }
});

test.run();
