// The table of API keys against the messages, which were written without it.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { API_KEYS, apiByKey, apiByName, apiName } from "./apis.ts";
import { apis } from "./messages/mod.ts";

const test = suite("apis");

test("API_KEYS counts from 0 to 94 without a gap", () => {
  assert.equal(API_KEYS.map(({ key }) => key), Array.from({ length: 95 }, (_, key) => key));
  assert.is(new Set(API_KEYS.map(({ name }) => name)).size, 95);
});

test("API_KEYS names the messages and their versions", () => {
  const listedKeys = API_KEYS.filter(({ versions }) => versions !== undefined);
  assert.equal([...apis.keys()], listedKeys.map(({ key }) => key));
  for (const api of apis.values()) {
    const listed = apiByKey(api.key);
    assert.equal([listed?.name, listed?.versions], [api.name, api.versions]);
    assert.is(api.request.name, `${api.name}Request`);
    assert.is(api.response.name, `${api.name}Response`);
  }
});

test("API_KEYS has neither versions nor listeners for the four removed APIs", () => {
  const removed = API_KEYS.filter(({ versions }) => versions === undefined);
  assert.equal(removed.map(({ key }) => key), [4, 5, 6, 7]);
  for (const { listeners } of removed) assert.equal(listeners, []);
});

test("apiByKey and apiByName find the same entries", () => {
  for (const api of API_KEYS) {
    assert.is(apiByKey(api.key), api);
    assert.is(apiByName(api.name), api);
  }
  assert.equal(apiByName("Vote").listeners, ["controller"]);
  assert.equal(apiByName("Fetch").listeners, ["broker", "controller"]);
  for (const key of [-1, 95, 0.5]) assert.is(apiByKey(key), undefined);
  assert.is(apiByName("fetch"), undefined);
});

test("apiName has a word for every key", () => {
  assert.equal([1, 94, 95, -1].map(apiName), ["Fetch", "UnregisterController", "key 95", "key -1"]);
});

test.run();
