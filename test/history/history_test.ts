// Tiny histories: one for each anomaly, and for what looks like one and is none.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Anomaly, AnomalyKind } from "./anomalies.ts";
import type { FetchEvent, GroupEvent, HistoryEvent, ProduceEvent } from "./events.ts";
import { HistoryCheck } from "./history.ts";

const test = suite("history");

const T0 = { topic: "t", partition: 0 } as const;

function send(value: string, more: Partial<ProduceEvent> = {}): HistoryEvent {
  return { type: "invoke", process: "p", op: "produce", topic: "t", value, ...more };
}

function ok(value: string, offset: number, more: Partial<ProduceEvent> = {}): HistoryEvent {
  return { ...send(value), type: "ok", partition: 0, offset, ...more } as HistoryEvent;
}

function fate(type: "info" | "fail", value: string): HistoryEvent {
  return send(value, { type });
}

/** Sent, and acknowledged at that offset. */
function written(...values: readonly (readonly [number, string])[]): HistoryEvent[] {
  return values.flatMap(([offset, value]) => [send(value), ok(value, offset)]);
}

function read(
  records: readonly (readonly [number, string])[],
  more: Partial<FetchEvent> = {},
): HistoryEvent {
  return { type: "ok", process: "c", op: "fetch", ...T0, records, from: 0, ...more };
}

function group(
  [op, type]: readonly [GroupEvent["op"], GroupEvent["type"]],
  offset: number,
  process = "c",
): HistoryEvent {
  return { type, process, op, group: "g", offsets: [["t", 0, offset]] };
}

/** The group commits, and is answered. */
function commit(offset: number, process = "c"): HistoryEvent[] {
  return [group(["commit", "invoke"], offset, process), group(["commit", "ok"], offset, process)];
}

function end(result: "commit" | "abort", type: "invoke" | "ok" | "info" = "ok"): HistoryEvent {
  return { type, process: "p", op: "end", transaction: "x", result };
}

const X = { transaction: "x" };
const COMMITTED = { isolation: "read_committed" };

type Row = [name: string, history: readonly HistoryEvent[], found: readonly AnomalyKind[]];

const HISTORIES: Row[] = [
  ["nothing at all", [], []],
  ["all is read", [...written([0, "a"], [1, "b"]), read([[0, "a"], [1, "b"]])], []],

  // Lost, unseen.
  ["another is there", [...written([0, "a"]), send("b"), fate("info", "b"), read([[0, "b"]])], [
    "lost",
    "inconsistent offset",
  ]],
  ["a reader passes it", [...written([0, "a"], [1, "b"]), read([[1, "b"]])], ["lost"]],
  ["nobody has read so far", [...written([0, "a"], [1, "b"]), read([[0, "a"]])], ["unseen"]],
  ["acknowledged without an offset, never read", [send("a"), ok("a", -1), read([])], ["unseen"]],
  ["acknowledged without an offset, and read", [send("a"), ok("a", -1), read([[0, "a"]])], []],
  ["begun behind it, on purpose", [...written([1, "b"]), read([[1, "b"]], { from: 1 })], []],
  [
    "deleted",
    [
      ...written([0, "a"], [1, "b"]),
      { type: "ok", process: "x", op: "delete", ...T0, before: 1 },
      read([[1, "b"]]),
    ],
    [],
  ],

  // Unknown fates.
  ["a time-out that was written", [send("a"), fate("info", "a"), read([[0, "a"]])], []],
  ["a time-out that was not", [
    send("a"),
    fate("info", "a"),
    ...written([0, "b"]),
    read([[0, "b"]]),
  ], []],
  ["no answer at all", [send("a"), ...written([0, "b"]), read([[0, "b"]])], []],
  ["a time-out that was written later", [
    send("a"),
    fate("info", "a"),
    ...written([0, "b"]).map((event) => ({ ...event, process: "q" })),
    read([[0, "b"], [1, "a"]]),
  ], []],

  // Doubles.
  ["a value twice", [...written([0, "a"]), read([[0, "a"], [1, "a"]])], ["duplicate"]],
  ["a value in two partitions", [
    ...written([0, "a"]),
    read([[0, "a"]]),
    read([[0, "a"]], { partition: 1 }),
  ], ["duplicate"]],
  ["told at another offset than read", [...written([3, "a"]), read([[0, "a"]])], ["duplicate"]],
  ["read twice", [...written([0, "a"]), read([[0, "a"]]), read([[0, "a"]])], []],
  ["a double read twice counts once", [
    ...written([0, "a"]),
    read([[0, "a"], [1, "a"]]),
    read([[0, "a"], [1, "a"]]),
  ], ["duplicate"]],

  // Offsets.
  ["an offset that changes", [
    ...written([0, "a"]),
    read([[0, "a"]]),
    send("b"),
    read([[0, "b"]]),
  ], ["inconsistent offset"]],
  ["an offset told twice", [...written([0, "a"], [0, "b"]), read([[0, "a"], [1, "b"]])], [
    "inconsistent offset",
    "duplicate",
  ]],

  // Order.
  ["later first", [...written([1, "a"], [0, "b"]), read([[0, "b"], [1, "a"]])], ["reordered"]],
  ["later first, the earlier of unknown fate", [
    send("a"),
    ...written([0, "b"]),
    fate("info", "a"),
    read([[0, "b"], [1, "a"]]),
  ], ["reordered"]],
  ["two producers", [
    send("a"),
    send("b", { process: "q" }),
    ok("b", 0, { process: "q" }),
    ok("a", 1),
    read([[0, "b"], [1, "a"]]),
  ], []],
  ["answers in another order", [
    send("a"),
    send("b"),
    ok("b", 1),
    ok("a", 0),
    read([[0, "a"], [1, "b"]]),
  ], []],
  ["a double behind its successor is a double alone", [
    ...written([0, "a"], [1, "b"]),
    read([[0, "a"], [1, "b"], [2, "a"]]),
  ], ["duplicate"]],

  // Readers.
  ["passed over what others read", [
    ...written([0, "a"], [1, "b"], [2, "c"]),
    read([[0, "a"], [1, "b"], [2, "c"]]),
    read([[0, "a"], [2, "c"]], { process: "d" }),
  ], ["skipped"]],
  ["passed over between two fetches", [
    ...written([0, "a"], [1, "b"], [2, "c"]),
    read([[0, "a"], [1, "b"], [2, "c"]]),
    read([[0, "a"]], { process: "d" }),
    read([[2, "c"]], { process: "d", from: undefined }),
  ], ["skipped"]],
  ["sought elsewhere", [
    ...written([0, "a"], [1, "b"], [2, "c"]),
    read([[0, "a"], [1, "b"], [2, "c"]]),
    read([[0, "a"]], { process: "d" }),
    read([[2, "c"]], { process: "d", from: 2 }),
  ], []],
  ["gone back", [
    ...written([0, "a"], [1, "b"]),
    read([[0, "a"], [1, "b"]]),
    read([[0, "a"], [1, "b"]]),
  ], []],
  ["offsets of markers, that nobody reads", [
    ...written([0, "a"], [2, "b"]),
    read([[0, "a"], [2, "b"]]),
  ], []],
  ["members that leave nothing out", [
    ...written([0, "a"], [1, "b"]),
    read([[0, "a"]], { group: "g" }),
    read([[0, "a"], [1, "b"]], { group: "g", process: "d" }),
  ], []],
  ["a member that begins too far on", [
    ...written([0, "a"], [1, "b"], [2, "c"]),
    read([[0, "a"], [1, "b"], [2, "c"]]),
    read([[0, "a"]], { group: "g", process: "d" }),
    read([[2, "c"]], { group: "g", process: "e", from: 2 }),
  ], ["skipped"]],

  // High watermarks.
  ["a high watermark that grows", [
    ...written([0, "a"]),
    read([], { highWatermark: 0, leaderEpoch: 1 }),
    read([[0, "a"]], { highWatermark: 1, leaderEpoch: 1 }),
  ], []],
  ["a high watermark that goes back", [
    read([], { highWatermark: 2, leaderEpoch: 1 }),
    read([], { highWatermark: 1, leaderEpoch: 1 }),
  ], ["watermark regression"]],
  ["one of a new leader that is behind", [
    read([], { highWatermark: 2, leaderEpoch: 1 }),
    read([], { highWatermark: 1, leaderEpoch: 2 }),
  ], []],
  ["read beyond it", [...written([0, "a"]), read([[0, "a"]], { highWatermark: 0 })], [
    "beyond high watermark",
  ]],

  // Groups.
  ["commits that grow", [...commit(1), ...commit(3), group(["committed", "ok"], 3)], []],
  ["told less than was committed", [
    ...commit(3),
    group(["committed", "invoke"], -1, "d"),
    group(["committed", "ok"], 1, "d"),
  ], ["commit regression"]],
  ["told nothing where something was committed", [...commit(3), group(["committed", "ok"], -1)], [
    "commit regression",
  ]],
  ["asked before it was committed", [
    group(["committed", "invoke"], -1, "d"),
    ...commit(3),
    group(["committed", "ok"], -1, "d"),
  ], []],
  ["a commit of unknown fate", [group(["commit", "info"], 3), group(["committed", "ok"], 3)], []],
  ["a commit of unknown fate that was not taken", [
    ...commit(1),
    group(["commit", "info"], 3),
    group(["committed", "ok"], 1),
  ], []],
  ["an old member's commit is taken", [...commit(5), ...commit(2, "d")], ["commit regression"]],
  ["two commits at once", [
    group(["commit", "invoke"], 2, "d"),
    ...commit(5),
    group(["commit", "ok"], 2, "d"),
  ], []],
  ["set back on purpose", [
    ...commit(5),
    group(["reset", "ok"], 2, "admin"),
    group(["committed", "ok"], 2),
  ], []],

  // Transactions, and what is not done.
  ["refused, and there all the same", [send("a"), fate("fail", "a"), read([[0, "a"]])], [
    "aborted read",
  ]],
  ["refused, and not there", [send("a"), fate("fail", "a"), read([])], []],
  ["aborted, and seen", [
    send("a", X),
    ok("a", 0),
    end("abort", "invoke"),
    end("abort"),
    read([[0, "a"]], COMMITTED),
  ], ["aborted read"]],
  ["aborted, and seen by those who may", [
    send("a", X),
    ok("a", 0),
    end("abort"),
    read([[0, "a"]]),
  ], []],
  ["aborted, and not seen", [
    send("a", X),
    ok("a", 0),
    end("abort"),
    ...written([2, "b"]),
    read([[2, "b"]], COMMITTED),
  ], []],
  ["seen too early", [
    send("a", X),
    ok("a", 0),
    read([[0, "a"]], COMMITTED),
    end("commit"),
  ], ["precommitted read"]],
  ["committed, and a part of it is missing", [
    send("a", X),
    ok("a", 0),
    send("b", X),
    ok("b", 1),
    end("commit"),
    ...written([3, "c"]),
    read([[0, "a"], [3, "c"]], COMMITTED),
  ], ["lost"]],
  ["an end of unknown fate", [
    send("a", X),
    ok("a", 0),
    end("commit", "info"),
    read([[0, "a"]], COMMITTED),
  ], []],
  ["an end of unknown fate that did not come", [
    send("a", X),
    ok("a", 0),
    end("commit", "info"),
  ], []],
];

for (const [name, history, expected] of HISTORIES) {
  test(`HistoryCheck finds ${expected.join(" and ") || "nothing"}: ${name}`, () => {
    const told: Anomaly[] = [];
    const check = new HistoryCheck({ found: (anomaly) => told.push(anomaly) });
    for (const event of history) check.add(event);
    const { counts, examples } = check.finish();
    assert.equal([...counts.keys()].sort(), [...expected].sort(), JSON.stringify(examples));
    assert.ok([...counts.values()].every((count) => count === 1), JSON.stringify(examples));
    assert.equal(told, examples);
  });
}

test("HistoryCheck refuses a value that is sent twice", () => {
  const check = new HistoryCheck();
  check.add(send("a"));
  assert.throws(() => check.add(send("a", { process: "q" })), /"a" is sent twice, by p and q/);
});

test("HistoryCheck counts what there was, and keeps so many examples of each kind", () => {
  const check = new HistoryCheck({ examplesMax: 2 });
  const values = Array.from({ length: 5 }, (_, i) => [i, `v${i}`] as const);
  for (const event of [...written(...values), send("x"), fate("info", "x")]) check.add(event);
  for (const event of commit(2)) check.add(event);
  check.add(read([[0, "v0"], [1, "y"]]));
  const { examples, ...report } = check.finish();
  assert.equal(report, {
    events: 15,
    acknowledged: 5,
    unknown: 1,
    read: 2,
    foreign: 1,
    commits: 1,
    counts: new Map([["inconsistent offset", 1], ["lost", 1], ["unseen", 3]]),
  });
  assert.equal(examples.map(({ kind }) => kind), [
    "inconsistent offset",
    "lost",
    "unseen",
    "unseen",
  ]);
});

test.run();
