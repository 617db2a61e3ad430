// When a session of a broker ends: by time, or early where nobody is there any more.

import { nodeId } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { BrokerSessions, type RegisteredBroker, type SessionKey } from "./broker_sessions.ts";

const test = suite("broker sessions");

const LIMITS = { sessionMs: 9000, isEarly: true };

function key(id: number): SessionKey {
  return { id: nodeId(id), epoch: id * 10 };
}

function brokers(...ids: number[]): RegisteredBroker[] {
  return ids.map((id) => ({ ...key(id), isFenced: false }));
}

/** Heard at 0, each on a connection of its own number. */
function heard(...ids: number[]): BrokerSessions {
  const sessions = new BrokerSessions(LIMITS);
  for (const id of ids) sessions.heard(key(id), id, 0);
  return sessions;
}

test("BrokerSessions.expired tells who was not heard for a whole session", () => {
  const sessions = heard(1, 2);
  sessions.heard(key(2), 2, 4000);
  assert.is(sessions.nextMs, 9000);
  assert.equal(sessions.expired(8999), []);
  assert.equal(sessions.expired(9000), [key(1)]);
  sessions.ended(key(1));
  assert.is(sessions.nextMs, 13_000);
  assert.ok(sessions.isOver(key(1), 9000), "what is not known is over");
});

test("BrokerSessions.activate grants a whole session, and looks for the silent soon", () => {
  const sessions = new BrokerSessions(LIMITS);
  sessions.activate([...brokers(1, 2), { ...key(3), isFenced: true }], 1000);
  sessions.heard(key(1), 1, 1200);
  assert.equal(sessions.toProbe(1299), []);
  assert.equal(sessions.toProbe(1300), [key(2)]);
  assert.equal(sessions.toProbe(1300), [], "once");
  assert.not.ok(sessions.isOver(key(2), 9999));
  assert.ok(sessions.isOver(key(2), 10_000));
  assert.ok(sessions.isOver(key(3), 1000), "who is fenced has no session");
});

test("BrokerSessions.broke has it looked for whoever lived on that connection", () => {
  const sessions = heard(1, 2, 3);
  sessions.broke(1, 500);
  assert.equal(sessions.toProbe(500), [key(1)]);
  assert.ok(sessions.isGone(key(1), 800));
  sessions.ended(key(1));
  assert.equal(sessions.expired(800), []);
});

test("BrokerSessions.isGone is no where a heartbeat has come, or of another life", () => {
  const sessions = heard(1, 2, 3);
  sessions.broke(1, 500);
  sessions.toProbe(500);
  sessions.heard(key(1), 9, 600);
  assert.not.ok(sessions.isGone(key(1), 800));
  assert.not.ok(sessions.isGone({ ...key(1), epoch: 99 }, 800));
});

test("BrokerSessions.isGone ends a broker's session early once per session timeout", () => {
  const sessions = heard(1, 2, 3);
  const breakDown = (atMs: number): boolean => {
    sessions.heard(key(1), 1, atMs);
    sessions.broke(1, atMs);
    sessions.toProbe(atMs);
    return sessions.isGone(key(1), atMs + 300);
  };
  assert.ok(breakDown(0));
  assert.not.ok(breakDown(5000), "it flaps");
  assert.ok(breakDown(9001));
});

test("BrokerSessions.isGone is no where most of the brokers broke at once", () => {
  const sessions = heard(1, 2, 3);
  sessions.broke(1, 500);
  sessions.broke(2, 900);
  sessions.toProbe(900);
  assert.not.ok(sessions.isGone(key(1), 1200), "it is this controller that is cut off");
  assert.ok(sessions.isGone(key(2), 1901));
});

test("BrokerSessions ends none early where that is switched off", () => {
  const sessions = new BrokerSessions({ ...LIMITS, isEarly: false });
  sessions.activate(brokers(1), 0);
  sessions.heard(key(2), 2, 0);
  sessions.broke(2, 100);
  assert.equal(sessions.toProbe(5000), []);
  assert.is(sessions.nextMs, 9000);
});

test("BrokerSessions.isAlive wants a heartbeat in time, on a connection that still is", () => {
  const sessions = heard(1, 2);
  sessions.activate(brokers(3), 0);
  sessions.heard(key(1), 1, 0);
  sessions.heard(key(2), 2, 0);
  sessions.broke(2, 10);
  assert.ok(sessions.isAlive(key(1), 8999));
  assert.not.ok(sessions.isAlive(key(1), 9000));
  assert.not.ok(sessions.isAlive({ ...key(1), epoch: 1 }, 1), "another life");
  assert.not.ok(sessions.isAlive(key(2), 20), "its connection is gone");
  assert.not.ok(sessions.isAlive(key(3), 20), "it was never heard");
});

test.run();
