// What the configuration allows connections, for all listeners and for one.

import { configOf, ResolvedConfig } from "@odradek/metadata/configs/mod";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ConnectionLimitsReader } from "./connection_bounds.ts";

const test = suite("reactors/connection_bounds");

function reading(texts: Readonly<Record<string, string>>): ConnectionLimitsReader {
  const config = configOf(texts);
  return new ConnectionLimitsReader(() => config);
}

test("ConnectionLimitsReader gives a listener its own bound beside that of the node", () => {
  const limits = reading({
    "max.connections": "100",
    "listener.name.inside.max.connections": "7",
    "max.connection.creation.rate": "50",
    "listener.name.inside.max.connection.creation.rate": "3",
  });
  const inside = limits.of("INSIDE");
  assert.is(inside.connectionsMax, 100);
  assert.is(inside.listenerConnectionsMax, 7);
  assert.is(inside.perSecondMax, 50);
  assert.is(inside.listenerPerSecondMax, 3);
  assert.is(limits.of("OUTSIDE").listenerConnectionsMax, Number.MAX_SAFE_INTEGER);
});

test("ConnectionLimitsReader knows the addresses that have other bounds than the rest", () => {
  const { fromAddressMax } = reading({
    "max.connections.per.ip": "5",
    "max.connections.per.ip.overrides": "10.0.0.1:100, ::1:0,[fe80::1]:9",
  }).of("PLAINTEXT");
  assert.is(fromAddressMax("10.0.0.1"), 100);
  assert.is(fromAddressMax("::1"), 0);
  assert.is(fromAddressMax("fe80::1"), 9);
  assert.is(fromAddressMax("10.0.0.2"), 5);
});

test("ConnectionLimitsReader follows what changes while the node runs", () => {
  let config: ResolvedConfig = configOf({});
  const limits = new ConnectionLimitsReader(() => config);
  assert.is(limits.of("PLAINTEXT").connectionsMax, 2 ** 31 - 1);
  config = config.withDynamic({
    cluster: new Map([["max.connections", "9"]]),
    broker: new Map(),
  });
  assert.is(limits.of("PLAINTEXT").connectionsMax, 9);
});

test.run();
