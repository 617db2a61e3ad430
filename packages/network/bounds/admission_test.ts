// Who is let in, who waits, who is turned away, and who has to go.

import type { Address, Socket } from "@odradek/base";
import { SimulatedClock } from "@odradek/base/testing/simulated_clock";
import pino from "pino";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { MemorySocket, socketPair } from "../testing/memory_sockets.ts";
import { Admission, type ConnectionBounds, type Entrance } from "./admission.ts";
import { type Bound, NodeBounds } from "./node_bounds.ts";
import { ThreadBounds } from "./thread_bounds.ts";

const test = suite("bounds/admission");
const logger = pino({ level: "silent" });
const HERE: Address = { host: "local", port: 9092 };
const SECOND_MS = 1000;

const OPEN: ConnectionBounds = {
  connectionsMax: 1000,
  listenerConnectionsMax: 1000,
  fromAddressMax: () => 1000,
  perSecondMax: 1e6,
  listenerPerSecondMax: 1e6,
};

class Door implements Entrance {
  readonly name: string;
  readonly index: number;
  readonly isInternal: boolean;
  readonly admitted: Socket[] = [];
  readonly #admission: Admission;

  constructor(admission: Admission, index: number, isInternal = false) {
    this.#admission = admission;
    this.name = `L${index}`;
    this.index = index;
    this.isInternal = isInternal;
    admission.add(this);
  }

  admit(socket: Socket): void {
    this.admitted.push(socket);
  }

  closeOldest(): boolean {
    const oldest = this.admitted.shift();
    if (oldest === undefined) return false;
    this.#admission.left(this, oldest.remote.host);
    oldest.destroy();
    return true;
  }

  knock(host = "10.0.0.1"): MemorySocket {
    const [, far] = socketPair({ addresses: [{ host, port: 5000 }, HERE] });
    this.#admission.ask(this, far);
    return far;
  }
}

interface Bench {
  readonly clock: SimulatedClock;
  readonly node: NodeBounds;
  readonly admission: Admission;
  readonly limits: { now: ConnectionBounds };
}

function bench(limits: Partial<ConnectionBounds> = {}, node = NodeBounds.of()): Bench {
  const clock = new SimulatedClock();
  const now = { now: { ...OPEN, ...limits } };
  const bounds = new ThreadBounds(clock, logger, node);
  const admission = new Admission({
    bounds,
    clock,
    limits: () => now.now,
    waitingMax: 2,
    threads: 1,
  });
  return { clock, node, admission, limits: now };
}

/** A socket's end takes a turn. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("Admission lets in as many as max.connections allows, and another when one left", async () => {
  const { clock, node, admission } = bench({ connectionsMax: 2 });
  const door = new Door(admission, 0);
  for (let i = 0; i < 3; i++) door.knock();
  assert.is(door.admitted.length, 2);
  assert.is(node.connections, 2);
  assert.is(node.count("max.connections"), 1);
  assert.ok(door.closeOldest());
  await clock.runUntil(clock.monotonic() + SECOND_MS);
  assert.is(door.admitted.length, 2);
  assert.is(node.connections, 2);
});

test("Admission turns away who finds as many waiting as socket.listen.backlog.size", async () => {
  const { node, admission } = bench({ connectionsMax: 0 });
  const door = new Door(admission, 0);
  const sockets = Array.from({ length: 3 }, () => door.knock());
  await turn();
  assert.equal(sockets.map(({ isEnded }) => isEnded), [false, false, true]);
  assert.is(node.count("socket.listen.backlog.size"), 1);
});

test("Admission counts the connections of a listener apart", () => {
  const { node, admission } = bench({ listenerConnectionsMax: 1 });
  const [one, other] = [new Door(admission, 0), new Door(admission, 1)];
  for (const door of [one, other]) for (let i = 0; i < 2; i++) door.knock();
  assert.is(one.admitted.length, 1);
  assert.is(other.admitted.length, 1);
  assert.is(node.connectionsOf(1), 1);
});

test("Admission lets other nodes in for the connection that was silent longest", async () => {
  const { admission } = bench({ connectionsMax: 1 });
  const clients = new Door(admission, 0);
  const nodes = new Door(admission, 1, true);
  const client = clients.knock();
  nodes.knock();
  await turn();
  assert.is(nodes.admitted.length, 1);
  assert.ok(client.isEnded);
});

test("Admission ends a connection at once from an address that has enough", async () => {
  const fromAddressMax = (address: string): number => address === "10.0.0.1" ? 2 : 1;
  const { node, admission } = bench({ fromAddressMax });
  const door = new Door(admission, 0);
  const sockets = ["10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.2", "10.0.0.2"]
    .map((host) => door.knock(host));
  await turn();
  assert.equal(sockets.map(({ isEnded }) => isEnded), [false, false, true, false, true]);
  assert.is(node.count("max.connections.per.ip"), 2);
  assert.is(node.connectionsFrom("10.0.0.1"), 2);
});

test("Admission counts what the other threads of the node have let in", () => {
  const first = bench({ connectionsMax: 1 });
  const second = bench({ connectionsMax: 1 }, new NodeBounds(first.node.memory));
  const [one, other] = [new Door(first.admission, 0), new Door(second.admission, 0)];
  one.knock();
  other.knock();
  assert.is(one.admitted.length, 1);
  assert.is(other.admitted.length, 0);
});

test("Admission lets in a second's worth at once, and the others at the rate", async () => {
  const { clock, admission, node } = bench({ perSecondMax: 2 });
  const door = new Door(admission, 0);
  for (let i = 0; i < 4; i++) door.knock();
  assert.is(door.admitted.length, 2);
  assert.is(node.count("max.connection.creation.rate"), 1);
  await clock.runUntil(clock.monotonic() + SECOND_MS);
  assert.ok(door.admitted.length >= 3);
  await clock.runUntil(clock.monotonic() + SECOND_MS);
  assert.is(door.admitted.length, 4);
});

test("Admission ends connections when the bound is lowered below what is there", () => {
  const { admission, limits, node } = bench();
  const door = new Door(admission, 0);
  for (let i = 0; i < 5; i++) door.knock();
  limits.now = { ...OPEN, connectionsMax: 3 };
  admission.trim(door);
  assert.is(node.connections, 3);
  admission.trim(door);
  assert.is(node.connections, 3);
});

test("Admission ends those who wait when their listener closes", async () => {
  const { admission } = bench({ connectionsMax: 0 });
  const door = new Door(admission, 0);
  const waiting = door.knock();
  admission.close(door);
  const late = door.knock();
  await turn();
  assert.ok(waiting.isEnded);
  assert.ok(late.isEnded);
});

test("NodeBounds counts each bound by its name", () => {
  const { node } = bench();
  const bound: Bound = "group.max.size";
  node.met(bound);
  node.met(bound);
  assert.is(new NodeBounds(node.memory).count(bound), 2);
  assert.is(node.count("malformed"), 0);
});

test.run();
