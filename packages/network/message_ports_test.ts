// Connections between threads: what one side writes, the other gets, and one that has ended makes
// room for the next.

import { MessageChannel } from "node:worker_threads";
import type { Receiver, Socket } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { acceptOnPort, portConnector } from "./message_ports.ts";

const test = suite("message ports");

/** What has come, and the end. */
class Heard implements Receiver {
  readonly texts: string[] = [];
  readonly #ended = Promise.withResolvers<void>();
  #waiting: (() => void) | undefined;

  received(bytes: Uint8Array): void {
    this.texts.push(new TextDecoder().decode(bytes));
    this.#waiting?.();
  }

  drained(): void {}

  ended(): void {
    this.#ended.resolve();
  }

  get end(): Promise<void> {
    return this.#ended.promise;
  }

  async count(count: number): Promise<void> {
    while (this.texts.length < count) {
      await new Promise<void>((resolve) => (this.#waiting = resolve));
    }
  }
}

interface World {
  readonly connect: () => Socket;
  /** Those of the other side, in their order. */
  readonly accepted: Promise<[Socket, Heard]>[];
  end(): void;
}

/** Whoever is accepted says back what it hears. */
function echoes(): World {
  const { port1, port2 } = new MessageChannel();
  const waiting = [0, 1, 2].map(() => Promise.withResolvers<[Socket, Heard]>());
  let count = 0;
  acceptOnPort(port2, (socket) => {
    const heard = new Heard();
    socket.receive({
      received: (bytes) => {
        heard.received(bytes);
        socket.write([bytes]);
      },
      drained: () => {},
      ended: () => heard.ended(),
    });
    waiting[count++]?.resolve([socket, heard]);
  });
  const accepted = waiting.map(({ promise }) => promise);
  return { connect: portConnector(port1), accepted, end: () => port1.close() };
}

function say(socket: Socket, text: string): void {
  const bytes = new TextEncoder().encode(text);
  socket.write([bytes.subarray(0, 1), bytes.subarray(1)]);
}

function listen(socket: Socket): Heard {
  const heard = new Heard();
  socket.receive(heard);
  return heard;
}

test("portConnector opens a way on which each write arrives, both ways", async () => {
  const world = echoes();
  const socket = world.connect();
  const heard = listen(socket);
  say(socket, "one");
  say(socket, "two");
  await heard.count(2);
  assert.equal(heard.texts, ["one", "two"]);
  world.end();
  await Promise.all([heard.end, (await world.accepted[0])?.[1].end]);
});

test("a connection that was destroyed ends on both sides, and the next one works", async () => {
  const world = echoes();
  const first = world.connect();
  const late = listen(first);
  say(first, "who answers late");
  // What it is answered finds nobody: the answer is on its way.
  first.destroy();
  await Promise.all([late.end, (await world.accepted[0])?.[1].end]);
  const second = world.connect();
  const heard = listen(second);
  say(second, "again");
  await heard.count(1);
  assert.equal([late.texts, heard.texts], [[], ["again"]]);
  assert.equal((await world.accepted[1])?.[1].texts, ["again"]);
  world.end();
});

test("a connection that the other side closes ends here, after what was sent on it", async () => {
  const world = echoes();
  const socket = world.connect();
  const heard = listen(socket);
  say(socket, "bye");
  const [other] = await world.accepted[0] as [Socket, Heard];
  other.close();
  await heard.end;
  assert.equal(heard.texts, ["bye"]);
  // Whoever writes into it bothers nobody.
  say(socket, "still there?");
  world.end();
});

test("a paused connection keeps what comes until it is resumed", async () => {
  const world = echoes();
  const [first, second] = [world.connect(), world.connect()];
  const [held, heard] = [listen(first), listen(second)];
  first.pause();
  say(first, "held");
  say(second, "through");
  await heard.count(1);
  assert.equal(held.texts, []);
  first.resume();
  await held.count(1);
  assert.equal(held.texts, ["held"]);
  world.end();
});

test.run();
