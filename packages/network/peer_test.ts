// The memory of answers: whose it is, and when it is used again.

import type { Socket } from "@odradek/base";
import { SimulatedClock } from "@odradek/base/testing/simulated_clock";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Peer } from "./peer.ts";

const test = suite("peer");
const PIECE_BYTES = 60_000;
const ANSWER_BYTES = 200_000;

/** A peer, and what comes to it, in pieces that all lie in the same memory. */
function connected(reusesMemory: boolean): { peer: Peer; answer: (fill: number) => void } {
  let receive: (bytes: Uint8Array) => void = () => undefined;
  const socket = {
    remote: { host: "test", port: 1 },
    receive: (receiver: { received(bytes: Uint8Array): void }) => {
      receive = (bytes) => receiver.received(bytes);
    },
    write: () => undefined,
  } as unknown as Socket;
  const peer = new Peer(socket, { clock: new SimulatedClock(), clientId: null, reusesMemory });
  const answer = (fill: number): void => {
    const frame = new Uint8Array(4 + ANSWER_BYTES).fill(fill);
    const view = new DataView(frame.buffer);
    view.setInt32(0, ANSWER_BYTES);
    // Of a request that `exchange` is given whole.
    view.setInt32(4, 0);
    for (let at = 0; at < frame.length; at += PIECE_BYTES) {
      const piece = frame.slice(at, at + PIECE_BYTES);
      receive(piece);
      piece.fill(0xee);
    }
  };
  return { peer, answer };
}

async function answered(
  { peer, answer }: ReturnType<typeof connected>,
  fill: number,
): Promise<Uint8Array> {
  const frame = peer.exchange([new Uint8Array(8)], { timeoutMs: 1000 });
  answer(fill);
  return (await frame).subarray(4);
}

test("Peer.letGo: answers to come lie where those before it lay, and not before", async () => {
  const connection = connected(true);
  const first = await answered(connection, 1);
  const second = await answered(connection, 2);
  assert.ok(first.every((byte) => byte === 1));
  connection.peer.letGo();
  const third = await answered(connection, 3);
  assert.ok([first.buffer, second.buffer].includes(third.buffer));
  assert.ok(third.every((byte) => byte === 3));
});

test("Peer.exchange gives answers away where nobody says when they are done with", async () => {
  const connection = connected(false);
  const first = await answered(connection, 1);
  connection.peer.letGo();
  const second = await answered(connection, 2);
  assert.is.not(first.buffer, second.buffer);
  assert.ok(first.every((byte) => byte === 1));
});

test.run();
