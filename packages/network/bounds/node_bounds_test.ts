// Counts that threads share, by way of the memory.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { BOUNDS, NodeBounds } from "./node_bounds.ts";

const test = suite("node bounds");

test("NodeBounds are the same over one memory", () => {
  const one = NodeBounds.of({ requestBytesMax: 5000, connectionsMax: 7 });
  const other = new NodeBounds(one.memory);
  one.connected(3, 1);
  other.connected(3, 1);
  other.connected(0, 1);
  assert.equal([one.connections, one.connectionsOf(3), one.connectionsOf(0)], [3, 2, 1]);
  assert.is(one.hold(4), 4);
  assert.is(other.hold(-1), 3);
  assert.equal([other.requestKib, other.requestKibMax, other.connectionsMax], [3, 5, 7]);
  for (const bound of BOUNDS) one.met(bound);
  one.met("malformed");
  assert.equal(BOUNDS.map((bound) => other.count(bound)), [...BOUNDS.slice(1).map(() => 1), 2]);
});

test("NodeBounds.connectionsFrom counts each address, also among thousands", () => {
  const bounds = NodeBounds.of();
  const addresses = Array.from({ length: 3000 }, (_, i) => `10.${i >> 8}.${i & 255}.9`);
  for (const address of addresses) bounds.connectedFrom(address, 1);
  const wrong = addresses.filter((address) => bounds.connectionsFrom(address) !== 1);
  assert.ok(wrong.length < 300, `${wrong.length} share all of their cells with others`);
  assert.ok(addresses.every((address) => bounds.connectionsFrom(address) >= 1));
  for (const address of addresses) bounds.connectedFrom(address, -1);
  assert.ok(addresses.every((address) => bounds.connectionsFrom(address) === 0));
});

test.run();
