// A node on the data directories that Kafka has left, stopped in order, killed and damaged: where
// the reference lies beside the repository.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { checkDataDirectory } from "./check_data_dir.ts";
import { SKIPPED } from "./later.ts";

const REFERENCE = fileURLToPath(
  new URL("../../../shared/reference/kafka-data-dir", import.meta.url),
);

const test = suite("Kafka's data directories");
const referenceTest = existsSync(REFERENCE) ? test : test.skip;

for (const [kind, expected] of [
  ["clean", "expected.json"],
  ["unclean", "expected-unclean.json"],
  ["torn", "expected-torn.json"],
] as const) {
  referenceTest(`a node shows all that Kafka has shown on the ${kind} directory`, async () => {
    const archive = `kafka-data-dir-${kind}.tar.gz`;
    const facts = await checkDataDirectory(join(REFERENCE, archive), join(REFERENCE, expected));
    assert.equal(facts.failures, []);
    assert.is(facts.skippedCount, SKIPPED.get(archive));
    assert.ok(facts.passed > 100);
  });
}

test.run();
