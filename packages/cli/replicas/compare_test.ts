// The first difference between replicas.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { firstDifference, type Piece } from "./compare.ts";

const test = suite("firstDifference");

async function* pieces(texts: readonly string[]): AsyncGenerator<Piece, void, undefined> {
  for (const text of texts) {
    const [offset = "", content = ""] = text.split(" ");
    yield { offset: Number(offset), content };
  }
}

function found(mayLack: boolean, ...replicas: string[][]) {
  const all = replicas.map((texts, i) => ({ id: i + 1, pieces: pieces(texts) }));
  return firstDifference(all, { mayLack });
}

test("firstDifference finds none between the same, whatever may lack", async () => {
  for (const mayLack of [false, true]) {
    assert.is(await found(mayLack, ["0 a", "5 b"], ["0 a", "5 b"], ["0 a", "5 b"]), undefined);
    assert.is(await found(mayLack, [], []), undefined);
  }
});

test("firstDifference tells who has something else, and who has nothing there", async () => {
  assert.equal(await found(false, ["0 a", "5 b"], ["0 a", "5 c"]), {
    offset: 5,
    id: 2,
    other: 1,
    what: "other content",
  });
  assert.equal(await found(false, ["0 a", "5 b"], ["0 a", "5 b"], ["0 a", "7 b"]), {
    offset: 5,
    id: 3,
    other: 1,
    what: "nothing",
  });
  assert.equal(await found(false, ["0 a"], ["0 a", "5 b"]), {
    offset: 5,
    id: 1,
    other: 2,
    what: "nothing",
  });
});

test("firstDifference lets compacted replicas lack what others have", async () => {
  assert.is(await found(true, ["0 a", "5 b", "6 c"], ["5 b"], ["6 c", "7 d"]), undefined);
  assert.equal(await found(true, ["0 a", "6 c"], ["6 x"]), {
    offset: 6,
    id: 2,
    other: 1,
    what: "other content",
  });
});

test.run();
