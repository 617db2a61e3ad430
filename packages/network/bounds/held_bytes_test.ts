// Which connections may read on while the node's bytes are scarce.

import { SimulatedClock } from "@odradek/base/testing/simulated_clock";
import pino from "pino";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { HeldBytes, Stall, UnreadAnswers } from "./held_bytes.ts";
import { NodeBounds } from "./node_bounds.ts";
import { ThreadBounds } from "./thread_bounds.ts";

const test = suite("held bytes");
const KIB = 1024;
const IDLE = { pendingBytes: 0 };

test("HeldBytes lets those read on who are served and hold little, while it is tight", () => {
  const node = NodeBounds.of({ requestBytesMax: 800 * KIB, connectionsMax: 9 });
  const bounds = new ThreadBounds(new SimulatedClock(), pino({ level: "silent" }), node);
  const [served, stranger, greedy] = [0, 0, 0].map(() => new HeldBytes(bounds, 10_000 * KIB)) as [
    HeldBytes,
    HeldBytes,
    HeldBytes,
  ];
  served.served(0);
  greedy.served(0);
  const mayRead = (): boolean[] => [served, stranger, greedy].map((one) => one.mayRead());
  assert.equal(mayRead(), [true, true, true]);
  greedy.account(700 * KIB, IDLE);
  assert.equal(mayRead(), [true, false, false]);
  stranger.account(100 * KIB, IDLE);
  assert.equal(mayRead(), [false, false, false]);
  assert.is(node.requestKib, 800);
});

test("HeldBytes keeps a connection to its own bound", () => {
  const bounds = new ThreadBounds(new SimulatedClock(), pino({ level: "silent" }));
  const held = new HeldBytes(bounds, 1000);
  held.inFlight = 1001;
  assert.not.ok(held.mayRead());
  assert.is(bounds.node.count("odradek.connection.queued.max.request.bytes"), 1);
  held.inFlight = 1000;
  assert.ok(held.mayRead());
});

test("UnreadAnswers are what waits in memory: nothing of a log, no more than is pending", () => {
  const unread = new UnreadAnswers();
  const lease = { bytes: new Uint8Array(900), release: () => undefined };
  unread.wrote(1000, [lease]);
  assert.is(unread.bytes({ pendingBytes: 1000 }), 100);
  assert.is(unread.bytes({ pendingBytes: 40 }), 40);
  unread.wrote(50);
  assert.is(unread.bytes({ pendingBytes: 90 }), 90);
  assert.is(unread.bytes({ pendingBytes: 0 }), 0);
  assert.is(unread.bytes({ pendingBytes: 500 }), 0);
});

test("Stall begins anew whenever something was taken", () => {
  const stall = new Stall();
  assert.is(stall.sinceMs(10, 500), 10);
  assert.is(stall.sinceMs(20, 500), 10);
  assert.is(stall.sinceMs(30, 400), 30);
  assert.is(stall.sinceMs(40, 0), 40);
});

test.run();
