// The core's rules, one transcript each (testdata/). `UPDATE=1` writes what the core does now.
//
//   start node=1 [voters=1] [epoch= voted= leader=] [from= snapshot=] [log=1x3,2x1]
//                            a node with this quorum-state, snapshot and records: 3 of epoch 1, …
//   become follower [from=2 epoch=] | prospective | candidate | leader
//                            the usual steps to that role, all that there is being durable
//   replicate                all is durable, here and with every other voter
//   elapsed | resign         one step
//   propose <count>          one step, then the append unless it is refused
//   sync [to=<end offset>]   makes the log durable, then one step
//   asked vote|pre-vote [from=2 epoch= log=7@3 voter=]
//   asked begin [from= epoch= voter=] | end [from= epoch= successors=3,1]
//   asked fetch [from= epoch= log=7@3 committed= wait=500]
//   asked fetch-snapshot [from= epoch= of=7@3 position=]
//   answered granted|rejected|done|records|diverging|snapshot|slice|<error>
//            [by=2 epoch= leader= correlation=] [of=1x3 voters= committed=] [diverges=7@3] [of=7@3]
//            [size= length=]           to what it has asked that node last
//   unanswered [gone] [by=2]
//   snapshot-taken           of all that is committed
//   snapshot-installed [damaged]
//   voter-change add|update|remove voter=3/dir
//   raw proposed|written end= epoch=     the event alone, as from a driver that errs
//   fail-after <count>       the power fails after so many effects of the steps that follow
//   restart | power-cycle    a new life; after a power failure, without what was not synced
//   state | disk | voters    shows
//
// Every command that steps takes `at=<ms>`, or `at=+<ms>` from now; without it the time stands
// still. It begins with 0 at each `start`.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Session } from "./testing/session.ts";
import { transcribe } from "./testing/transcript.ts";

const test = suite("raft transcripts");

const folder = new URL("testdata/", import.meta.url);
for (const name of readdirSync(folder)) {
  test(`Raft does as in testdata/${name}`, () => {
    const file = new URL(name, folder);
    const expected = readFileSync(file, "utf8");
    const session = new Session();
    const actual = transcribe(expected, (command) => session.run(command));
    if (process.env["UPDATE"] === "1") writeFileSync(file, actual);
    else assert.fixture(actual, expected);
  });
}

test.run();
