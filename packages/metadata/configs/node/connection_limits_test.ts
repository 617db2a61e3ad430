// What the configuration allows connections, for all listeners and for one.

import { Fault } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { configOf, ResolvedConfig } from "../resolved_config.ts";
import { ConnectionLimitsReader } from "./connection_limits.ts";

const test = suite("node/connection_limits");

const HOSTS: Readonly<Record<string, string>> = { "one.example": "10.1.1.1" };

/** A reader, the configuration that it reads, and what it warned of. */
function bench(first: ResolvedConfig) {
  const warnings: string[] = [];
  const state = { config: first };
  const limits = new ConnectionLimitsReader({
    config: () => state.config,
    lookup: async (host) => HOSTS[host] ?? Promise.reject(new Error("ENOTFOUND")),
    warn: (message) => void warnings.push(message),
  });
  return { limits, state, warnings };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function reading(texts: Readonly<Record<string, string>>): ConnectionLimitsReader {
  return bench(configOf(texts)).limits;
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

test("ConnectionLimitsReader knows the addresses that have bounds of their own", async () => {
  const limits = reading({
    "max.connections.per.ip": "5",
    "max.connections.per.ip.overrides": "10.0.0.1:100, ::1:0,[FE80:0::1]:9",
  });
  await limits.start();
  const { fromAddressMax } = limits.of("PLAINTEXT");
  assert.is(fromAddressMax("10.0.0.1"), 100);
  assert.is(fromAddressMax("::1"), 0);
  assert.is(fromAddressMax("fe80::1"), 9);
  assert.is(fromAddressMax("10.0.0.2"), 5);
});

test("ConnectionLimitsReader finds the addresses of hosts before it starts", async () => {
  const key = "max.connections.per.ip.overrides";
  const limits = reading({ [key]: "one.example:3" });
  await limits.start();
  assert.is(limits.of("PLAINTEXT").fromAddressMax("10.1.1.1"), 3);
  const error = await reading({ [key]: "none.example:3" }).start().catch((one: unknown) => one);
  assert.instance(error, Fault);
  assert.is(
    (error as Fault).message,
    `Cannot find the address of "none.example", which ${key} names`,
  );
});

test("ConnectionLimitsReader follows what changes while the node runs", async () => {
  const { limits, state, warnings } = bench(configOf({}));
  await limits.start();
  const set = async (key: string, value: string): Promise<void> => {
    const cluster = new Map([[key, value]]);
    state.config = state.config.withDynamic({ cluster, broker: new Map() });
    limits.of("PLAINTEXT");
    await settled();
  };
  assert.is(limits.of("PLAINTEXT").connectionsMax, 2 ** 31 - 1);
  await set("max.connections", "9");
  assert.is(limits.of("PLAINTEXT").connectionsMax, 9);
  await set("max.connections.per.ip.overrides", "one.example:4,10.0.0.7:5");
  const { fromAddressMax } = limits.of("PLAINTEXT");
  assert.equal([fromAddressMax("10.1.1.1"), fromAddressMax("10.0.0.7")], [4, 5]);
  assert.equal(warnings, []);
  await set("max.connections.per.ip.overrides", "none.example:4");
  assert.is(limits.of("PLAINTEXT").fromAddressMax("10.0.0.7"), 5, "as it was set before");
  assert.is(warnings.length, 1);
});

test.run();
