// What a node's own broker asks of the controller, wherever that is.

import { SimulatedClock } from "@odradek/base/testing/simulated_clock";
import { type Endpoint, endpoint, type RequestContext } from "@odradek/network";
import { BrokerHeartbeat } from "@odradek/protocol/messages/broker_heartbeat";
import { Refusal } from "@odradek/protocol/refusal";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { NoAnswer } from "../quorum/replicas.ts";
import { type ActiveController, relayed } from "./relayed.ts";

const test = suite("requests/relayed");

const HERE = { errorCode: 0, isFenced: false };
const ELSEWHERE = { errorCode: 0, isFenced: true };

interface Bench {
  readonly clock: SimulatedClock;
  readonly connection: AbortController;
  /** What those who are asked do, one after the other; the last one from then on. */
  readonly answers: (object | Error)[];
  isHere: boolean;
  asked: number;
  ask(): Promise<unknown>;
}

function bench(...answers: (object | Error)[]): Bench {
  const clock = new SimulatedClock();
  const connection = new AbortController();
  const own = endpoint(BrokerHeartbeat, {
    handle: () => HERE as never,
    refuse: (_, { code: errorCode }) => ({ errorCode, shouldShutDown: false }),
  });
  const active: ActiveController = {
    clock,
    timeoutMs: 1000,
    isHere: () => made.isHere,
    ask: () => {
      made.asked++;
      const next = answers.length > 1 ? answers.shift() : answers[0];
      return next instanceof Error ? Promise.reject(next) : Promise.resolve(next as never);
    },
  };
  const one: Endpoint = relayed(own, active);
  const context = { version: 1, signal: connection.signal } as RequestContext;
  const made: Bench = {
    clock,
    connection,
    answers,
    isHere: false,
    asked: 0,
    ask: async () => await one.handle({}, context),
  };
  return made;
}

const gone = (): NoAnswer => new NoAnswer("nobody is there", { isGone: true });

async function refusalOf(asking: Promise<unknown>): Promise<unknown> {
  return await asking.then(() => "none", (error: unknown) =>
    error instanceof Refusal ? error.error : error);
}

test("relayed answers here, where the controller is here", async () => {
  const b = bench(ELSEWHERE);
  b.isHere = true;
  assert.equal([await b.ask(), b.asked], [HERE, 0]);
});

test("relayed looks for a controller that is gone until the time is up", async () => {
  const found = bench(gone(), new Refusal("NOT_CONTROLLER"), { errorCode: 41 }, ELSEWHERE);
  assert.equal(await found.clock.runFor(found.ask()), ELSEWHERE);
  assert.is(found.asked, 4);
  const lost = bench(gone());
  assert.is(await lost.clock.runFor(refusalOf(lost.ask())), "NOT_CONTROLLER");
  assert.ok(lost.clock.monotonic() >= 1000 && lost.clock.monotonic() < 1100);
});

test("relayed gives up when nobody waits for the answer any more", async () => {
  const b = bench(gone());
  const asking = refusalOf(b.ask());
  await b.clock.runUntil(100);
  b.connection.abort(new Error("The connection has ended"));
  assert.is(await b.clock.runFor(asking), "NOT_CONTROLLER");
  assert.ok(b.clock.monotonic() < 200);
});

test("relayed hands on what is no matter of where the controller is", async () => {
  const b = bench(new Refusal("INVALID_REQUEST"));
  assert.is(await refusalOf(b.ask()), "INVALID_REQUEST");
  assert.is(b.asked, 1);
});

test.run();
