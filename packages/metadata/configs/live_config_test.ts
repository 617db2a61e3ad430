// What is set in the metadata counts over what was read at start.

import { nodeId } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CONFIG_RESOURCE, EMPTY_IMAGE } from "../image.ts";
import { imageOf } from "../testing/image_of.ts";
import { LiveConfig } from "./live_config.ts";
import { configOf } from "./resolved_config.ts";

const test = suite("LiveConfig");

function set(resourceName: string, name: string, value: string | null) {
  const { broker: resourceType } = CONFIG_RESOURCE;
  return { type: "ConfigRecord", resourceType, resourceName, name, value } as const;
}

test("LiveConfig.follow puts what is set for all under what is set for this node", () => {
  const live = new LiveConfig(configOf({ "message.max.bytes": "1000" }), nodeId(1));
  const value = () => live.current.value("message.max.bytes");
  const forAll = imageOf([set("", "message.max.bytes", "2000")]);
  assert.ok(live.follow(forAll));
  assert.is(value(), 2000);
  const forOthers = imageOf([set("2", "message.max.bytes", "9000")], forAll);
  assert.not.ok(live.follow(forOthers));
  const forThis = imageOf([set("1", "message.max.bytes", "3000")], forOthers);
  assert.ok(live.follow(forThis));
  assert.is(value(), 3000);
  const gone = [set("", "message.max.bytes", null), set("1", "message.max.bytes", null)];
  assert.ok(live.follow(imageOf(gone, forThis)));
  assert.is(value(), 1000);
});

test("LiveConfig.current is the same object as long as nothing changes", () => {
  const live = new LiveConfig(configOf({}), nodeId(1));
  const { current } = live;
  live.follow(EMPTY_IMAGE);
  assert.is(live.current, current);
});

test.run();
