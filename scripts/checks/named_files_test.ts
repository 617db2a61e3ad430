// What pages of documentation name is there.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { checkNamedFiles } from "./named_files.ts";

const test = suite("checks/named_files");

const exists = (path: string): boolean =>
  ["README.md", "docs/x.md", "packages/log/log.ts", "packages/log/segments/"].includes(path);
const problemsOf = (text: string, path = "ARCHITECTURE.md") =>
  checkNamedFiles({ path, text }, exists);

test("checkNamedFiles finds names beside the page, among the packages and below the root", () => {
  assert.equal(problemsOf("`log/log.ts` `log/segments/` [a](docs/x.md#there) `README.md`"), []);
  assert.equal(problemsOf("`log.ts` and `segments/`", "packages/log/README.md"), []);
});

test("checkNamedFiles tells of files, folders and links that are not there, each once", () => {
  assert.equal(problemsOf("`log/lag.ts`, `log/lag.ts`, `test/none/`, [x](docs/y.md)"), [
    "ARCHITECTURE.md: there is no log/lag.ts",
    "ARCHITECTURE.md: there is no test/none/",
    "ARCHITECTURE.md: there is no docs/y.md",
  ]);
});

test("checkNamedFiles leaves code, patterns and the web alone", () => {
  assert.equal(problemsOf("```ts\n`a/b.ts`\n```\n`*_test.ts` [k](https://kafka.apache.org/)"), []);
});

test("checkNamedFiles wants each file once in a walk", () => {
  const walk = "### Walk: Produce\n\n1. `log/log.ts`\n2. `log/log.ts`\n\n### Walk: Fetch\n";
  assert.equal(problemsOf(`${walk}\n1. \`log/log.ts\`\n`), [
    "ARCHITECTURE.md: the walk Produce names log/log.ts twice",
  ]);
});

test.run();
