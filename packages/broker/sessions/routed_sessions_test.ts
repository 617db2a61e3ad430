// Sessions stay with the reactor that made them, whoever is asked.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { FetchSessions, SessionRequest } from "./fetch_sessions.ts";
import { RoutedSessions } from "./routed_sessions.ts";

const test = suite("sessions/routed_sessions");

/** Three reactors, of which the second is this one; each says that it was asked. */
function bench() {
  const asked: string[] = [];
  const caches = [0, 1, 2].map((reactor): FetchSessions => ({
    open: ({ sessionId }) => {
      asked.push(`open ${sessionId} of ${reactor}`);
      return { session: "none", sessionId, partitions: [] };
    },
    answer: ({ sessionId }) => {
      asked.push(`answer ${sessionId} of ${reactor}`);
      return { sessionId, included: [] };
    },
  }));
  return { asked, sessions: new RoutedSessions(caches, 1) };
}

const request = (sessionId: number): SessionRequest => ({
  sessionId,
  sessionEpoch: 1,
  usesIds: true,
  partitions: [],
  forgotten: [],
});

for (const [sessionId, owner] of [[0, 1], [-4, 1], [3, 0], [4, 1], [5, 2], [2 ** 31 - 1, 1]]) {
  test(`RoutedSessions finds session ${sessionId} with reactor ${owner}`, async () => {
    const { asked, sessions } = bench();
    const id = sessionId ?? 0;
    await sessions.open(request(id));
    await sessions.answer({ session: "next", sessionId: id, partitions: [] }, [], true);
    assert.equal(asked, [`open ${id} of ${owner}`, `answer ${id} of ${owner}`]);
  });
}

test.run();
