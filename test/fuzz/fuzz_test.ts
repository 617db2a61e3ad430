// A few cases of the fuzz, the same each time: scripts/fuzz.ts runs as many as one likes.

import { assert as must, Fault, seededRandom } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Cases, crashText } from "./cases.ts";
import { fileTargets } from "./files/mod.ts";
import { readSamples } from "./frames/messages.ts";
import { frameTargets } from "./frames/mod.ts";
import { mutated } from "./mutation.ts";
import { servedTargets } from "./requests/served.ts";
import { checkWeight, Heavy, isLawful, type Target } from "./target.ts";

const test = suite("fuzz");

const FRAMES = 2500;
const FILES = 250;
/** Each serves 60 requests. */
const NODES = 4;

async function crashesOf(targets: readonly Target[], count: number): Promise<string[]> {
  const cases = new Cases(targets, 1);
  const crashes: string[] = [];
  for (let number = 0; number < count; number++) {
    const crash = await cases.run(number);
    if (crash !== undefined) crashes.push(crashText(crash));
  }
  for (const { name } of targets) must(cases.tallies.has(name), `${name} had its turn`);
  return crashes;
}

test("damaged frames and records are decoded, refused or malformed, and nothing else", async () => {
  assert.equal(await crashesOf(await frameTargets(), FRAMES), []);
});

test("odd requests are answered, or end their connection, and no handler fails", async () => {
  assert.equal(await crashesOf(servedTargets(await readSamples()), NODES), []);
});

test("damaged files are read, or said to be corrupt, and nothing else", async () => {
  await using files = await fileTargets();
  assert.equal(await crashesOf(files.targets, FILES), []);
});

test("Cases.run tells of a mistake, a failed invariant and a heavy result", async () => {
  const thrown = [
    new TypeError("a mistake"),
    () => must(false, "an invariant"),
    () => checkWeight(Array.from({ length: 10_000 }, () => ({})), 10),
  ];
  for (const one of thrown) {
    const run = (): void => {
      if (typeof one === "function") one();
      else throw one;
    };
    const crash = await new Cases([{ name: "x", weight: 1, run }], 1).run(5);
    assert.ok(crash !== undefined && crashText(crash).startsWith("case 5, x: "));
  }
  const corrupt = (): never => {
    throw new Fault("corrupt", "Cannot read");
  };
  assert.is(await new Cases([{ name: "x", weight: 1, run: corrupt }], 1).run(5), undefined);
  assert.not(isLawful(new Heavy("x")));
});

test("mutated gives the same damage for the same chance, and leaves the original alone", () => {
  const bytes = Uint8Array.from({ length: 50 }, (_, i) => i);
  const before = bytes.slice();
  const damages = Array.from({ length: 200 }, (_, i) => mutated(bytes, seededRandom(i)).toHex());
  const again = Array.from({ length: 200 }, (_, i) => mutated(bytes, seededRandom(i)).toHex());
  assert.equal(again, damages);
  assert.equal(bytes, before);
  assert.ok(new Set(damages).size > 150);
});

test.run();
