// The page of all configs is what the tables make of it now.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { referencePage } from "@odradek/metadata/configs/mod";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { root } from "../checks/sources.ts";
import { PAGE } from "./configuration.ts";

const test = suite("docs/configuration");

test("docs/configuration.md is what node scripts/write_configuration.ts writes", async () => {
  assert.is(await readFile(join(root, PAGE), "utf8"), referencePage());
});

test.run();
