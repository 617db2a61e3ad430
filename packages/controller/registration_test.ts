// A controller that has itself registered: until it is known, and with a line if it is refused.

import { nodeId, type Uuid } from "@odradek/base";
import { SimulatedClock } from "@odradek/base/testing/simulated_clock";
import { imageOf } from "@odradek/metadata/testing/image_of";
import { type Logger, RareLines } from "@odradek/network";
import { errors } from "@odradek/protocol/errors";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { registerController } from "./registration.ts";

const test = suite("registration");
const INCARNATION = "AAAAAAAAQACAAAAAAAAACA" as Uuid;

test("registerController asks until it is known, and says why it is refused", async () => {
  const clock = new SimulatedClock();
  const told: string[] = [];
  const logger = { warn: (_: object, text: string) => void told.push(text) } as unknown as Logger;
  let asked = 0;
  let image = { ...imageOf([]), endOffset: 1 };
  const answers = [
    () => Promise.reject(new Error("nobody leads")),
    () => Promise.resolve({ errorCode: errors.NOT_CONTROLLER.code }),
    () => Promise.resolve({ errorCode: errors.INVALID_REQUEST.code, errorMessage: "no listener" }),
  ];
  const registered = registerController({
    controllerId: nodeId(2),
    incarnationId: INCARNATION,
    endpoints: [],
    image: () => image,
    ask: () => answers[asked++]?.() ?? Promise.resolve({ errorCode: 0 }),
    clock,
    lines: new RareLines(clock, logger),
    signal: new AbortController().signal,
  });
  await clock.runUntil(3000);
  assert.equal(told, [
    "The active controller does not register this one, which tries again every 500 ms: no listener",
  ]);
  assert.ok(asked > answers.length, "it is not known yet");
  const known = {
    type: "RegisterControllerRecord",
    controllerId: 2,
    incarnationId: INCARNATION,
    zkMigrationReady: false,
    endPoints: [],
    features: [],
  } as const;
  image = { ...imageOf([known], image), endOffset: 2 };
  await clock.runUntil(4000);
  await registered;
});

test.run();
