// What a connection may use of a node, from outside: a client that sends much, sends nothing, reads
// nothing, or is too large for its standing. Over sockets in memory and simulated time.

import { SimulatedClock } from "@odradek/base/testing/simulated_clock";
import { Writer } from "@odradek/protocol/wire/writer";
import pino from "pino";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { allowAll } from "../context.ts";
import { Dispatch } from "../dispatch.ts";
import { Listener, type ListenerOptions } from "../listener.ts";
import { Echoes } from "../testing/echo.ts";
import { MemorySocket, socketPair } from "../testing/memory_sockets.ts";
import { Admission, type ConnectionBounds } from "./admission.ts";
import { NodeBounds } from "./node_bounds.ts";
import { Pace } from "./pace.ts";
import { RareLines } from "./rare_lines.ts";
import { ThreadBounds } from "./thread_bounds.ts";

const test = suite("bounds");
const KIB = 1024;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const OPEN: ConnectionBounds = {
  connectionsMax: 1000,
  listenerConnectionsMax: 1000,
  fromAddressMax: () => 1000,
  perSecondMax: 1e6,
  listenerPerSecondMax: 1e6,
};

interface Lines {
  readonly texts: string[];
  readonly logger: pino.Logger;
}

function lines(): Lines {
  const texts: string[] = [];
  const write = (line: string): void => void texts.push((JSON.parse(line) as { msg: string }).msg);
  return { texts, logger: pino({ level: "debug" }, { write }) };
}

class Bench {
  readonly clock = new SimulatedClock();
  readonly echoes = new Echoes();
  readonly lines = lines();
  readonly node: NodeBounds;
  readonly #listener: Listener;

  constructor(node = NodeBounds.of(), more: Partial<ListenerOptions> = {}) {
    this.node = node;
    const { clock, lines: { logger }, echoes: { endpoints } } = this;
    const fatal = (bug: Error): never => {
      throw bug;
    };
    const bounds = new ThreadBounds(clock, logger, node);
    this.#listener = new Listener({
      name: "PLAINTEXT",
      securityProtocol: "PLAINTEXT",
      dispatch: new Dispatch({ endpoints, hooks: allowAll, logger, fatal }),
      limits: { requestBytesMax: 1_000_000, unknownBytesMax: 100, unreadBytesMax: 4 * KIB },
      idleMsMax: 30_000,
      clock,
      logger,
      shared: {
        bounds,
        admission: new Admission({
          bounds,
          clock,
          limits: () => OPEN,
          waitingMax: 5,
          threads: 1,
        }),
        index: 0,
        isInternal: false,
      },
      ...more,
    });
  }

  static async listening(
    node?: NodeBounds,
    more?: Partial<ListenerOptions>,
  ): Promise<Bench> {
    const bench = new Bench(node, more);
    const close = (): Promise<void> => Promise.resolve();
    const listening = { address: { host: "", port: 0 }, close };
    await bench.#listener.listen({
      listen: () => Promise.resolve(listening),
      connect: () => Promise.reject(new Error("Nobody connects")),
    }, listening.address);
    return bench;
  }

  connect(): Client {
    const [near, far] = socketPair();
    const client = new Client(near, far);
    this.#listener.accept(far);
    return client;
  }

  async pass(ms: number): Promise<void> {
    await this.clock.runUntil(this.clock.monotonic() + ms);
    await turn();
  }
}

class Client {
  readonly #near: MemorySocket;
  readonly far: MemorySocket;
  answerBytes = 0;
  hasEnded = false;

  constructor(near: MemorySocket, far: MemorySocket) {
    this.#near = near;
    this.far = far;
    near.receive({
      received: (bytes) => void (this.answerBytes += bytes.length),
      drained: () => undefined,
      ended: () => void (this.hasEnded = true),
    });
  }

  async send(bytes: Uint8Array): Promise<void> {
    this.#near.write([bytes]);
    await turn();
  }

  get isPaused(): boolean {
    return this.far.isPaused;
  }
}

function echo(text: string, hold = 0): Uint8Array {
  const writer = new Writer();
  writer.int32(0);
  writer.int16(3);
  writer.int16(0);
  writer.int32(7);
  writer.int16(-1);
  writer.int16(text.length);
  writer.copy(new TextEncoder().encode(text));
  writer.int32(hold);
  writer.patchInt32(0, writer.length - 4);
  return writer.finishWhole();
}

/** The beginning of a frame of 900,000 bytes. */
function begun(bytes: number): Uint8Array {
  const frame = new Uint8Array(bytes);
  new DataView(frame.buffer).setInt32(0, 900_000);
  return frame;
}

const budget = (kib: number): NodeBounds =>
  NodeBounds.of({ requestBytesMax: kib * KIB, connectionsMax: 1000 });

test("A node holds no more of its clients' requests than its budget, whoever sends", async () => {
  const bench = await Bench.listening(budget(256));
  const large = Array.from({ length: 8 }, () => bench.connect());
  for (const client of large) await client.send(begun(50 * KIB));
  for (const client of large) await client.send(new Uint8Array(50 * KIB));
  assert.ok(bench.node.requestKib <= 256 + 50, `${bench.node.requestKib} KiB`);
  assert.ok(large.filter(({ isPaused }) => isPaused).length >= 4);
});

test("A client that asks for little is served while others keep the budget tight", async () => {
  const bench = await Bench.listening(budget(256));
  const large = bench.connect();
  await large.send(begun(230 * KIB));
  assert.ok(large.isPaused);
  const small = bench.connect();
  await small.send(echo("hello"));
  assert.equal(bench.echoes.started, ["hello"]);
  assert.ok(small.answerBytes > 0);
});

test("Halves of requests make way after a while, and the others go on", async () => {
  const bench = await Bench.listening(budget(256));
  const clients = [bench.connect(), bench.connect(), bench.connect()];
  for (const client of clients) await client.send(begun(100 * KIB));
  await bench.pass(15_000);
  assert.ok(clients.some(({ hasEnded }) => hasEnded));
  assert.ok(bench.node.requestKib < 224);
  assert.ok(bench.node.count("queued.max.request.bytes") > 0);
  assert.ok(clients.every(({ hasEnded, isPaused }) => hasEnded || !isPaused));
});

test("The budget of bytes is one for all threads of a node", async () => {
  const node = budget(256);
  const one = await Bench.listening(node);
  const other = await Bench.listening(new NodeBounds(node.memory));
  await one.connect().send(begun(240 * KIB));
  const client = other.connect();
  await client.send(begun(40 * KIB));
  await client.send(new Uint8Array(10 * KIB));
  assert.ok(client.isPaused);
});

test("What a connection held is given back when it ends", async () => {
  const bench = await Bench.listening(budget(256));
  const client = bench.connect();
  await client.send(begun(100 * KIB));
  assert.ok(bench.node.requestKib >= 100);
  client.far.destroy();
  await turn();
  assert.is(bench.node.requestKib, 0);
  assert.is(bench.node.connections, 0);
});

test("A client that reads nothing is asked no more, and has to go", async () => {
  const bench = await Bench.listening(undefined, {
    limits: { requestBytesMax: 1e6, unreadBytesMax: KIB, stalledMsMax: 5000 },
  });
  const client = bench.connect();
  // The system takes nothing of what is written.
  Object.defineProperty(client.far, "pendingBytes", { value: 5000 });
  client.far.write = () => false;
  await client.send(echo("x".repeat(2000)));
  await client.send(echo("more"));
  assert.equal(bench.echoes.started, ["x".repeat(2000)]);
  assert.ok(client.isPaused);
  assert.is(bench.node.count("odradek.connection.queued.max.response.bytes"), 1);
  await bench.pass(20_000);
  assert.ok(client.hasEnded);
  assert.is(bench.node.count("odradek.connection.stalled.max.ms"), 1);
});

test("Answers that nobody reads count for the node's budget", async () => {
  const bench = await Bench.listening(budget(256));
  const [slow, other] = [bench.connect(), bench.connect()];
  let pendingBytes = 0;
  Object.defineProperty(slow.far, "pendingBytes", { get: () => pendingBytes });
  slow.far.write = (parts) => {
    pendingBytes += parts.reduce((sum, part) => sum + part.length, 0);
    return false;
  };
  await slow.send(echo("x".repeat(30_000)));
  assert.ok(bench.node.requestKib >= 29, `${bench.node.requestKib} KiB`);
  await other.send(begun(205 * KIB));
  assert.ok(other.isPaused, "both together are too much");
  pendingBytes = 10_000;
  await bench.pass(10_100);
  assert.ok(bench.node.requestKib <= 205 + 11, "a part was read");
});

test("A connection without requests ends after connections.max.idle.ms, no other", async () => {
  const bench = await Bench.listening();
  const [silent, waiting] = [bench.connect(), bench.connect()];
  await waiting.send(echo("held", 1));
  await bench.pass(20_000);
  assert.not(silent.hasEnded);
  await bench.pass(30_000);
  assert.ok(silent.hasEnded);
  assert.not(waiting.hasEnded);
  assert.is(bench.node.count("connections.max.idle.ms"), 1);
});

test("Who must authenticate first may only send small requests until then", async () => {
  const bench = await Bench.listening(undefined, { securityProtocol: "SASL_PLAINTEXT" });
  const client = bench.connect();
  await client.send(echo("x".repeat(200)));
  await turn();
  assert.ok(client.hasEnded);
  assert.is(bench.node.count("sasl.server.max.receive.size"), 1);
});

test("A request above socket.request.max.bytes is counted as that, and said once", async () => {
  const bench = await Bench.listening();
  for (let i = 0; i < 3; i++) await bench.connect().send(Uint8Array.fromHex("7fffffff"));
  assert.is(bench.node.count("socket.request.max.bytes"), 3);
  assert.is(bench.lines.texts.length, 1);
});

test("A client that sends thousands of requests at once lets others have their turns", async () => {
  const bench = await Bench.listening();
  const flood = bench.connect();
  const one = echo("flood");
  const many = new Uint8Array(one.length * 1000);
  for (let i = 0; i < 1000; i++) many.set(one, i * one.length);
  await flood.send(many);
  assert.ok(flood.isPaused);
  assert.ok(bench.echoes.started.length < 1000);
  await bench.connect().send(echo("other"));
  assert.is(bench.echoes.started.at(-1), "other");
  await bench.pass(100);
  assert.is(bench.echoes.started.length, 1001);
  assert.not(flood.isPaused);
});

test("RareLines says how many lines it has left out", () => {
  const clock = new SimulatedClock();
  const { texts, logger } = lines();
  const rare = new RareLines(clock, logger);
  const write = (): void => rare.write("kind", { level: "warn", fields: {}, text: "so" });
  for (let i = 0; i < 5; i++) write();
  rare.write("other", { level: "info", fields: {}, text: "else" });
  void clock.runUntil(10_000);
  assert.equal(texts, ["so", "else"]);
});

test("RareLines writes again after ten seconds", async () => {
  const clock = new SimulatedClock();
  const { texts, logger } = lines();
  const rare = new RareLines(clock, logger);
  for (let i = 0; i < 5; i++) rare.write("kind", { level: "warn", fields: {}, text: "so" });
  await clock.runUntil(10_000);
  rare.write("kind", { level: "warn", fields: {}, text: "so" });
  assert.equal(texts, ["so", "so (and 4 more since the last such line)"]);
});

test("Pace lets a second's worth through after a rest, then one at a time", () => {
  const pace = new Pace();
  for (let i = 0; i < 10; i++) {
    assert.is(pace.waitMs(0, 10), 0, `number ${i}`);
    pace.took(0, 10);
  }
  assert.is(pace.waitMs(0, 10), 100);
  assert.is(pace.waitMs(100, 10), 0);
  assert.ok(pace.waitMs(0, 0) > 0);
});

test.run();
