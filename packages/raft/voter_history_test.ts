// Who votes at which point of a log that grows, is cut back, and is committed (KIP-853).

import { offset } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { votersOf } from "./testing/voter.ts";
import { VoterHistory } from "./voter_history.ts";

const test = suite("voter history");

/** Configured 1, 2, 3; then 4 came at offset 5, and 1 went at offset 9. */
const configured = VoterHistory.of(votersOf(1, 2, 3));
const history = configured
  .append({ offset: offset(5), voters: votersOf(1, 2, 3, 4) })
  .append({ offset: offset(9), voters: votersOf(2, 3, 4) });

function shown({ latest, latestOffset }: VoterHistory): [string, number | undefined] {
  return [`${latest}`, latestOffset];
}

test("VoterHistory.of has no record yet", () => {
  assert.equal(shown(configured), ["1, 2, 3", undefined]);
  assert.equal(shown(VoterHistory.of(votersOf())), ["", undefined], "nobody is known yet");
  assert.throws(() => new VoterHistory([]), /begins with somebody/);
});

test("VoterHistory.append makes the newest count, and leaves the history before as it was", () => {
  assert.equal(shown(history), ["2, 3, 4", 9]);
  assert.equal(shown(configured), ["1, 2, 3", undefined]);
});

test("VoterHistory.truncate gives up the records from the new end on", () => {
  const table: [end: number, voters: string, at: number | undefined][] = [
    [10, "2, 3, 4", 9],
    [9, "1, 2, 3, 4", 5],
    [6, "1, 2, 3, 4", 5],
    [5, "1, 2, 3", undefined],
    [0, "1, 2, 3", undefined],
  ];
  for (const [end, voters, at] of table) {
    assert.equal(shown(history.truncate(offset(end))), [voters, at], `end ${end}`);
  }
  assert.is(history.truncate(offset(10)), history, "nothing is lost");
});

test("VoterHistory.committed forgets what came before the newest that is committed", () => {
  const table: [highWatermark: number, left: string, at: number | undefined][] = [
    [0, "1, 2, 3", undefined],
    [5, "1, 2, 3", undefined],
    [6, "1, 2, 3, 4", 5],
    [9, "1, 2, 3, 4", 5],
    [10, "2, 3, 4", 9],
  ];
  for (const [highWatermark, left, at] of table) {
    const kept = history.committed(offset(highWatermark));
    assert.equal(shown(kept), ["2, 3, 4", 9], "the newest counts, committed or not");
    // What is committed is not cut off; so far back it goes at most.
    assert.equal(shown(kept.truncate(offset(highWatermark))), [left, at], `${highWatermark}`);
  }
  assert.is(history.committed(offset(5)), history, "nothing can be forgotten");
});

test.run();
