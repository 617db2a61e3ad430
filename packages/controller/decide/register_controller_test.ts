// A controller is made known once for each of its lives.

import { nodeId } from "@odradek/base";
import { SUPPORTED_FEATURES } from "@odradek/metadata";
import { imageOf, uuidOf } from "@odradek/metadata/testing/image_of";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { decideRegisterController } from "./register_controller.ts";

const test = suite("decideRegisterController");

const command = {
  controllerId: nodeId(1),
  incarnationId: uuidOf(1),
  endpoints: [{ name: "CONTROLLER", host: "c", port: 9093, securityProtocol: 0 }],
};

test("decideRegisterController tells who it is, where, and what it supports", () => {
  const { records } = decideRegisterController(imageOf([]), command);
  const image = imageOf(records);
  assert.equal(image.controllers.get(nodeId(1)), {
    id: nodeId(1),
    incarnationId: uuidOf(1),
    endpoints: command.endpoints,
    features: new Map(SUPPORTED_FEATURES),
  });
});

test("decideRegisterController has nothing to say twice of one incarnation", () => {
  const image = imageOf(decideRegisterController(imageOf([]), command).records);
  assert.equal(decideRegisterController(image, command).records, []);
  const again = { ...command, incarnationId: uuidOf(2) };
  const next = imageOf(decideRegisterController(image, again).records, image);
  assert.is(next.controllers.get(nodeId(1))?.incarnationId, uuidOf(2));
  assert.is(next.controllers.size, 1);
});

test.run();
