// Kafka's small text files: their text, what is refused, and that they are replaced as a whole.

import { readFileSync } from "node:fs";
import { Fault } from "@odradek/base";
import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { goldenFiles, hasGolden, unpackGolden } from "../testing/golden.ts";
import { SimulatedLog } from "../testing/simulated_log.ts";
import { inTemporaryDirectory } from "../testing/temporary.ts";
import {
  formatEpochs,
  formatOffsets,
  offsetsKey,
  parseEpochs,
  parseOffsets,
  readText,
  replaceFile,
} from "./checkpoints.ts";

const test = suite("checkpoints");

const PATH = "/data/recovery-point-offset-checkpoint";

test("formatOffsets writes version, count and a line for each partition", () => {
  const offsets = new Map([[offsetsKey("t", 0), 12], [offsetsKey("__consumer_offsets", 49), 3]]);
  assert.is(formatOffsets(offsets), "0\n2\nt 0 12\n__consumer_offsets 49 3\n");
  assert.is(formatOffsets(new Map()), "0\n0\n");
});

const topic = fc.stringMatching(/^[a-zA-Z0-9._-]{1,20}$/);

test("parseOffsets gives back what formatOffsets wrote", () => {
  const entry = fc.tuple(fc.tuple(topic, fc.nat(1000)), fc.nat(Number.MAX_SAFE_INTEGER));
  fc.assert(fc.property(fc.array(entry), (entries) => {
    const offsets = new Map(entries.map(([[name, id], at]) => [offsetsKey(name, id), at]));
    assert.equal([...parseOffsets(formatOffsets(offsets), PATH)], [...offsets]);
  }));
});

test("parseEpochs gives back what formatEpochs wrote", () => {
  const entry = fc.tuple(fc.nat(), fc.nat(Number.MAX_SAFE_INTEGER));
  fc.assert(fc.property(fc.array(entry), (pairs) => {
    const entries = pairs.map(([epoch, startOffset]) => ({ epoch, startOffset }));
    assert.equal(parseEpochs(formatEpochs(entries), PATH), entries);
  }));
});

test("parseOffsets takes files without a last newline, and empty ones", () => {
  assert.equal([...parseOffsets("0\n1\nt 0 12", PATH)], [["t 0", 12]]);
  assert.equal([...parseOffsets("", PATH)], []);
  assert.equal([...parseOffsets("0\n0\n", PATH)], []);
});

test("parseOffsets and parseEpochs refuse what is no checkpoint file, and say which", () => {
  const table: string[] = [
    "garbage",
    "0",
    "0\n",
    "1\n0\n",
    "0\n2\nt 0 12\n",
    "0\n0\nt 0 12\n",
    "0\n-1\n",
    "0\nx\n",
    "0\n1\nt 0\n",
    "0\n1\nt 0 x\n",
    "0\n1\nt 0 12 13\n",
    "0\n1\n t 0 12\n",
    "0\n1\n\0\0\0\0\0\0\n",
  ];
  for (const text of table) {
    for (const parse of [parseOffsets, parseEpochs]) {
      assert.throws(() => parse(text, PATH), (error: unknown) => {
        assert.instance(error, Fault);
        const { kind, message } = error as Fault;
        assert.is(kind, "corrupt", JSON.stringify(text));
        return message === `Cannot read "${PATH}": it is no checkpoint file of version 0`;
      }, JSON.stringify(text));
    }
  }
});

test("readText of a file that is not there is undefined", async () => {
  const log = new SimulatedLog();
  assert.is(await log.settle(readText(log.files, PATH)), undefined);
});

test("replaceFile leaves the old content or the new, whatever power loss takes", async () => {
  const seen = new Set<string>();
  for (let seed = 0; seed < 60; seed++) {
    const log = new SimulatedLog(seed);
    await log.format();
    await log.settle(replaceFile(log.files, PATH, "old text\n"));
    const replaced = replaceFile(log.files, PATH, "new\n").then(() => "replaced");
    const lost = log.clock.runUntil(log.clock.monotonic() + seed / 20).then(() => "lost");
    const first = await Promise.race([replaced, lost]);
    log.crash({ losesPower: true });
    const text = await log.settle(readText(log.files, PATH));
    assert.ok(text === "old text\n" || text === "new\n", `seed ${seed}: ${text}`);
    if (first === "replaced") assert.is(text, "new\n");
    seen.add(`${text}`);
  }
  assert.is(seen.size, 2, "both happen");
});

const goldenTest = hasGolden ? test : test.skip;

goldenTest("formatOffsets and formatEpochs give back Kafka's own files, byte for byte", () =>
  inTemporaryDirectory((folder) => {
    const root = unpackGolden("kafka-data-dir", folder);
    const offsetFiles = goldenFiles(root, "-offset-checkpoint");
    for (const path of offsetFiles) {
      const text = readFileSync(path, "utf8");
      assert.is(formatOffsets(parseOffsets(text, path)), text, path);
    }
    const epochFiles = goldenFiles(root, "leader-epoch-checkpoint");
    for (const path of epochFiles) {
      const text = readFileSync(path, "utf8");
      assert.is(formatEpochs(parseEpochs(text, path)), text, path);
    }
    assert.ok(offsetFiles.length >= 4 && epochFiles.length > 20);
    return Promise.resolve();
  }));

test.run();
