// A connection from frames to answers, over sockets in memory and over TCP.

import { systemClock } from "@odradek/base";
import { Writer } from "@odradek/protocol/wire/writer";
import pino from "pino";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { allowAll } from "./context.ts";
import { Dispatch } from "./dispatch.ts";
import { Listener } from "./listener.ts";
import { Peer } from "./peer.ts";
import { Echo, Echoes, Pile } from "./testing/echo.ts";
import { MemorySocket, socketPair } from "./testing/memory_sockets.ts";
import { tcpTransport } from "./transport.ts";

const logger = pino({ level: "silent" });
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function serve(echoes: Echoes): Listener {
  const dispatch = new Dispatch({
    endpoints: echoes.endpoints,
    hooks: allowAll,
    logger,
    fatal: (bug) => {
      throw bug;
    },
  });
  return new Listener({
    name: "PLAINTEXT",
    securityProtocol: "PLAINTEXT",
    dispatch,
    limits: { requestBytesMax: 1_000_000, inFlightBytesMax: 100_000 },
    idleMsMax: 600_000,
    clock: systemClock,
    logger,
  });
}

interface Client {
  readonly socket: MemorySocket;
  readonly received: Uint8Array[];
  hasEnded: boolean;
}

function connect(listener: Listener): Client {
  const [near, far] = socketPair();
  const client: Client = { socket: near, received: [], hasEnded: false };
  near.receive({
    received: (bytes) => void client.received.push(bytes.slice()),
    drained: () => undefined,
    ended: () => (client.hasEnded = true),
  });
  listener.accept(far);
  return client;
}

function frame(key: number, version: number, body: (writer: Writer) => void): Uint8Array {
  const writer = new Writer();
  writer.int32(0);
  writer.int16(key);
  writer.int16(version);
  writer.int32(7);
  writer.int16(-1);
  body(writer);
  writer.patchInt32(0, writer.length - 4);
  return writer.finishWhole();
}

const echo = (text: string, hold = 0, key = 3): Uint8Array =>
  frame(key, 0, (writer) => {
    writer.int16(text.length);
    writer.copy(new TextEncoder().encode(text));
    writer.int32(hold);
  });

/** The texts in the answers that have come. */
function answers({ received }: Client): string[] {
  const bytes = Uint8Array.from(received.flatMap((chunk) => [...chunk]));
  const view = new DataView(bytes.buffer);
  const texts: string[] = [];
  for (let at = 0; at < bytes.length; at += 4 + view.getInt32(at)) {
    const length = view.getInt16(at + 8);
    texts.push(new TextDecoder().decode(bytes.subarray(at + 10, at + 10 + length)));
  }
  return texts;
}

const test = suite("Connection");

test("Connection answers in the order of the requests, whichever is ready first", async () => {
  const echoes = new Echoes();
  const client = connect(serve(echoes));
  client.socket.write([echo("a", 1, 0), echo("b", 2, 0), echo("c", 0, 0)]);
  await turn();
  assert.equal(echoes.started, ["a", "b", "c"]);
  echoes.held.get(2)?.();
  await turn();
  assert.equal(answers(client), []);
  echoes.held.get(1)?.();
  await turn();
  assert.equal(answers(client), ["a", "b", "c"]);
});

test("Connection starts a request that does not overlap after the answer before it", async () => {
  const echoes = new Echoes();
  const client = connect(serve(echoes));
  client.socket.write([echo("a", 1), echo("b"), echo("c", 0, 0), echo("d", 2), echo("e")]);
  await turn();
  assert.equal(echoes.started, ["a"]);
  echoes.held.get(1)?.();
  await turn();
  assert.equal(echoes.started, ["a", "b", "c", "d"]);
  echoes.held.get(2)?.();
  await turn();
  assert.equal(answers(client), ["a", "b", "c", "d", "e"]);
});

test("Connection joins the answers to one read into one write", async () => {
  const client = connect(serve(new Echoes()));
  client.socket.write([new Uint8Array([...echo("a"), ...echo("b"), ...echo("c")])]);
  await turn();
  assert.is(client.received.length, 1);
  assert.equal(answers(client), ["a", "b", "c"]);
});

test("Connection takes a request in single bytes", async () => {
  const client = connect(serve(new Echoes()));
  for (const byte of [...echo("abc"), ...echo("d")]) client.socket.write([Uint8Array.of(byte)]);
  await turn();
  assert.equal(answers(client), ["abc", "d"]);
});

const BROKEN: readonly (readonly [string, Uint8Array])[] = [
  ["a negative size", Uint8Array.fromHex("ffffffff")],
  ["a size above the limit", Uint8Array.fromHex("7fffffff")],
  ["a size of 0", Uint8Array.fromHex("00000000")],
  ["a header that is cut off", Uint8Array.fromHex("0000000400030000")],
  ["an API that is not served", frame(1, 4, () => undefined)],
  ["an unsupported version", frame(0, 9, () => undefined)],
  ["a body that is cut off", frame(3, 0, (writer) => writer.int16(9))],
];

for (const [what, bytes] of BROKEN) {
  test(`Connection answers what came before ${what}, then closes`, async () => {
    const echoes = new Echoes();
    const client = connect(serve(echoes));
    client.socket.write([echo("good", 1), echo("next"), bytes, echo("never")]);
    await turn();
    assert.not(client.hasEnded);
    echoes.held.get(1)?.();
    await turn();
    await turn();
    assert.equal(answers(client), ["good", "next"]);
    assert.ok(client.hasEnded);
    assert.equal(echoes.started, ["good", "next"]);
  });
}

test("Connection answers an unknown version in version 0 where the endpoint says so", async () => {
  const client = connect(serve(new Echoes()));
  client.socket.write([frame(3, 99, (writer) => writer.int32(-1)), echo("on")]);
  await turn();
  assert.equal(answers(client), ["v0", "on"]);
});

test("Connection answers a bug with UNKNOWN_SERVER_ERROR and closes", async () => {
  const client = connect(serve(new Echoes()));
  client.socket.write([echo("a"), echo("fail"), echo("b")]);
  await turn();
  await turn();
  assert.equal(answers(client), ["a", ""]);
  assert.ok(client.hasEnded);
});

test("Connection ends after the answer of a request that asked for it", async () => {
  const client = connect(serve(new Echoes()));
  client.socket.write([echo("close"), echo("b")]);
  await turn();
  await turn();
  assert.equal(answers(client), ["close"]);
  assert.ok(client.hasEnded);
});

test("Connection pauses reading while too much is in flight, and goes on afterwards", async () => {
  const echoes = new Echoes();
  const client = connect(serve(echoes));
  const large = "x".repeat(30_000);
  client.socket.write([echo("first", 1)]);
  for (let i = 0; i < 10; i++) client.socket.write([echo(large)]);
  await turn();
  const { other } = client.socket;
  assert.ok(other?.isPaused);
  echoes.held.get(1)?.();
  for (let i = 0; i < 20; i++) await turn();
  assert.not(other?.isPaused);
  assert.is(answers(client).length, 11);
});

test("Peer asks a Listener over TCP, and learns of its end", async () => {
  const echoes = new Echoes();
  const listener = serve(echoes);
  const address = await listener.listen(tcpTransport(), { host: "127.0.0.1", port: 0 });
  const socket = await tcpTransport().connect(address);
  const peer = new Peer(socket, { clock: systemClock, clientId: "test" });
  const ask = (text: string, hold = 0) =>
    peer.ask(Pile, { version: 0, body: { text, hold } }, { timeoutMs: 5000 });
  const all = await Promise.all(Array.from({ length: 100 }, (_, i) => ask(`text ${i}`)));
  assert.equal(all.map(({ text }) => text), Array.from({ length: 100 }, (_, i) => `text ${i}`));
  const large = "y".repeat(30_000);
  assert.is((await ask(large)).text, large);
  const flexible = { version: 2, body: { text: "tags", hold: 0 } };
  assert.is((await peer.ask(Echo, flexible, { timeoutMs: 5000 })).text, "tags");
  const lost = ask("lost", 1);
  while (!echoes.held.has(1)) await turn();
  listener.destroy();
  await lost.then(
    () => assert.unreachable(),
    (error: Error) => assert.match(error.message, /ended/),
  );
  assert.not(peer.isOpen);
  await listener.close();
});

test("tcpTransport says which address is in use", async () => {
  const transport = tcpTransport();
  const first = await transport.listen({ host: "127.0.0.1", port: 0 }, () => undefined);
  await transport.listen(first.address, () => undefined).then(
    () => assert.unreachable(),
    (error: Error) => assert.match(error.message, /127\.0\.0\.1:\d+: the port is in use/),
  );
  await first.close();
});

test.run();
