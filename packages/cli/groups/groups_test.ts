// The verbs of `groups` against a fake coordinator: what they print, and what they change.

import { Admin, GroupConsumer } from "@odradek/client";
import { FakeCluster } from "@odradek/client/testing/fake_cluster";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Failure } from "../failure.ts";
import { MemoryTerminal } from "../testing/memory_terminal.ts";
import { deleteGroups } from "./delete.ts";
import { deleteOffsets } from "./delete_offsets.ts";
import { describeGroups } from "./describe.ts";
import { actionOf, checkGroupsFlags, type GroupsContext, type GroupsFlags } from "./flags.ts";
import { listGroups } from "./list.ts";
import { resetOffsets } from "./reset.ts";
import { parseOffsets, readOffsets } from "./reset_file.ts";
import { parseDatetime, parseDuration } from "./reset_times.ts";
import { parseTopicScope } from "./scope.ts";
import { validateRegex } from "./validate_regex.ts";

const test = suite("groups");

/** Group "old" has read 1 and 4 of topic "t" with 5 records each; "live" has a member. */
async function bench(hasMember = false): Promise<FakeCluster> {
  const fake = new FakeCluster();
  fake.addTopic("t", 2);
  for (const partition of [0, 1]) fake.log("t", partition).endOffset = 5;
  fake.group("old").offsets.set("t 0", 1).set("t 1", 4);
  if (hasMember) {
    const consumer = new GroupConsumer(fake.cluster(), { groupId: "live" });
    void consumer.consume({ topic: "t" }).next();
  }
  await fake.clock.runUntil(3000);
  return fake;
}

type Verb = (context: GroupsContext) => Promise<void>;

interface Ran {
  readonly out: string;
  readonly remarks: string;
  /** Undefined: it went well. */
  readonly failure: string | undefined;
}

async function ran(fake: FakeCluster, verb: Verb, flags: GroupsFlags): Promise<Ran> {
  const terminal = new MemoryTerminal();
  const now = (): number => fake.clock.now();
  const context = { admin: new Admin(fake.cluster()), flags, terminal, now };
  const failure = await fake.clock.runFor(
    verb(context).then(() => undefined, (error: Error) => error.message),
  );
  return { out: terminal.output, remarks: terminal.remarks.join("\n"), failure };
}

const lines = (...all: string[]): string => all.map((line) => `${line}\n`).join("");

test("listGroups prints names, or a table with what is asked for", async () => {
  const fake = await bench(true);
  assert.is((await ran(fake, listGroups, {})).out, "live\nold\n");
  assert.is(
    (await ran(fake, listGroups, { state: true, type: true })).out,
    lines(
      "GROUP                     TYPE                 STATE               ",
      "live                      Classic              Stable              ",
      "old                       Classic              Empty               ",
    ),
  );
  assert.is((await ran(fake, listGroups, { state: "stable", json: true })).out, lines(
    `{"groups":[{"groupId":"live","protocolType":"consumer","state":"Stable","type":"classic"}]}`,
  ));
  const { failure } = await ran(fake, listGroups, { state: "Bogus" });
  assert.match(failure ?? "", /^Invalid state list 'Bogus'\. Valid states are: Stable, Empty/);
});

test("describeGroups shows how far a group has read", async () => {
  const fake = await bench();
  const { out, remarks } = await ran(fake, describeGroups, { group: ["old"] });
  assert.is(
    out,
    lines(
      "",
      "GROUP           TOPIC           PARTITION  CURRENT-OFFSET  LOG-END-OFFSET  LAG" +
        "             CONSUMER-ID     HOST            CLIENT-ID",
      "old             t               0          1               5               4" +
        "               -               -               -",
      "old             t               1          4               5               1" +
        "               -               -               -",
    ),
  );
  assert.is(remarks, "\nConsumer group 'old' has no active members.");
});

test("describeGroups shows who reads what, and what nothing is committed of", async () => {
  const fake = await bench(true);
  const { out } = await ran(fake, describeGroups, { group: ["live"], verbose: true });
  assert.match(out, /^live {12}t {15}0 {10}- {15}- {15}5 {15}- {15}member-1 {8}\/h {14}c$/m);
  const members = await ran(fake, describeGroups, {
    group: ["live"],
    members: true,
    verbose: true,
  });
  assert.is(
    members.out,
    lines(
      "",
      "GROUP           CONSUMER-ID     HOST            CLIENT-ID       #PARTITIONS     " +
        "CURRENT-EPOCH   CURRENT-ASSIGNMENT   TARGET-EPOCH    TARGET-ASSIGNMENT   ",
      "live            member-1        /h              c               2               " +
        "-               t:0,1                -               -                   ",
    ),
  );
});

test("describeGroups shows how groups are, each in a table of its own", async () => {
  const fake = await bench(true);
  const { out } = await ran(fake, describeGroups, { allGroups: true, state: true });
  const head = "GROUP           COORDINATOR (ID)          ASSIGNMENT-STRATEGY  STATE" +
    "                #MEMBERS";
  assert.is(
    out,
    lines(
      "",
      head,
      "live            broker:9002  (1)          range                Stable               1",
      "",
      head,
      "old             broker:9002  (1)          -                    Empty                0",
    ),
  );
});

test("describeGroups fails for a group that is not there, and tells all as JSON", async () => {
  const fake = await bench();
  const { failure } = await ran(fake, describeGroups, { group: ["old", "nosuch"] });
  assert.ok(failure !== undefined);
  const { out } = await ran(fake, describeGroups, { group: ["old"], json: true });
  const { groups: [old] } = JSON.parse(out);
  assert.equal([old.group, old.state, old.partitions[0].lag], ["old", "Empty", 4]);
  assert.is(old.partitions[0].consumerId, null);
});

test("deleteGroups tells what went and what could not", async () => {
  const fake = await bench(true);
  const failed = await ran(fake, deleteGroups, { group: ["old", "live"] });
  assert.match(failed.out, /^\nError: Deletion of some consumer groups failed:\n\* Group 'live' /);
  assert.match(failed.out, / could not be deleted due to: NON_EMPTY_GROUP: .*\n\nThese consumer/);
  assert.match(failed.out, /These consumer groups were deleted successfully: 'old'\n$/);
  assert.is(failed.failure, "");
  fake.group("other").offsets.set("t 0", 1);
  const { out } = await ran(fake, deleteGroups, { group: ["other"] });
  assert.is(out, "Deletion of requested consumer groups ('other') was successful.\n");
});

test("deleteOffsets forgets partitions, and tells of topics that are not there", async () => {
  const fake = await bench();
  const { out, failure } = await ran(fake, deleteOffsets, {
    group: ["old"],
    topic: ["t:1", "nosuch"],
  });
  assert.match(out, /^Request succeeded for deleting offsets from group old\.\n\nTOPIC {11}PART/);
  assert.match(out, /^t {15}1 {10}Successful {5}$/m);
  assert.match(out, /^nosuch {10}- {10}Error: Cannot use topic "nosuch"/m);
  assert.is(failure, "");
  assert.equal([...fake.group("old").offsets], [["t 0", 1]]);
});

const HEAD = "GROUP           TOPIC           PARTITION  NEW-OFFSET";

test("resetOffsets shows what would be, and changes it when it is told to", async () => {
  const fake = await bench();
  const flags = { group: ["old"], topic: ["t"], toEarliest: true };
  const shown = await ran(fake, resetOffsets, flags);
  const table = lines(
    "",
    HEAD,
    "old             t               0          0",
    "old             t               1          0",
  );
  assert.is(shown.out, table);
  assert.match(shown.remarks, /Nothing is changed without --execute/);
  assert.is(fake.group("old").offsets.get("t 1"), 4);
  const done = await ran(fake, resetOffsets, { ...flags, execute: true });
  assert.equal([done.out, done.remarks], [table, ""]);
  assert.equal([...fake.group("old").offsets.values()], [0, 0]);
});

const FORMS: [GroupsFlags, [number, number]][] = [
  [{ toLatest: true }, [5, 5]],
  [{ toCurrent: true }, [1, 4]],
  [{ toOffset: 3 }, [3, 3]],
  [{ toOffset: 99 }, [5, 5]],
  [{ shiftBy: -2 }, [0, 2]],
  [{ shiftBy: 3 }, [4, 5]],
];

test("resetOffsets takes offsets in all forms, and keeps them within the log", async () => {
  const fake = await bench();
  for (const [form, expected] of FORMS) {
    const flags = { group: ["old"], allTopics: true, dryRun: true, json: true, ...form };
    const { out } = await ran(fake, resetOffsets, flags);
    const offsets = JSON.parse(out).offsets.map((one: { offset: number }) => one.offset);
    assert.equal(offsets, expected, JSON.stringify(form));
  }
  const { remarks } = await ran(fake, resetOffsets, {
    group: ["old"],
    topic: ["t:1"],
    dryRun: true,
    toOffset: 99,
  });
  assert.match(remarks, /^New offset \(99\) is higher than latest offset for topic partition t-1/);
});

test("resetOffsets exports what parseOffsets reads", async () => {
  const fake = await bench();
  const flags = { allTopics: true, toCurrent: true, export: true, dryRun: true };
  const one = await ran(fake, resetOffsets, { ...flags, group: ["old"] });
  assert.is(one.out, "t,0,1\nt,1,4\n\n");
  assert.equal(parseOffsets(one.out, ["old"]), [
    { groupId: "old", topic: "t", partition: 0, offset: 1 },
    { groupId: "old", topic: "t", partition: 1, offset: 4 },
  ]);
  fake.group("b").offsets.set("t 0", 2);
  const several = await ran(fake, resetOffsets, { ...flags, group: ["old", "b"] });
  assert.is(several.out, "old,t,0,1\nold,t,1,4\nb,t,0,2\n\n");
  assert.is(parseOffsets(several.out, ["b", "x"]).length, 1);
  for (const text of ["t,0", "t,x,1", "a,t,0,1,2"]) {
    assert.throws(() => parseOffsets(`\n${text}`, ["old"]), /^Line 2 must be \[group,\]topic/);
  }
});

test("resetOffsets leaves groups alone that have members", async () => {
  const fake = await bench(true);
  const flags = { group: ["live"], topic: ["t"], toEarliest: true, execute: true };
  const { out, failure } = await ran(fake, resetOffsets, flags);
  assert.is(
    out,
    "\nError: Assignments can only be reset if the group 'live' is inactive, but the current " +
      `state is Stable.\n\n${HEAD}\n`,
  );
  assert.is(failure, "");
});

test("resetOffsets fails for what is not there", async () => {
  const fake = await bench();
  const failures: [GroupsFlags, RegExp][] = [
    [{ topic: ["nosuch"], toLatest: true }, /^Cannot use topic "nosuch"/],
    [{ topic: ["t:7"], toLatest: true }, /^Topic "t" has no partition 7, only 2$/],
    [{ topic: ["t"], toDatetime: "noon" }, /^"noon" is no time/],
  ];
  for (const [flags, message] of failures) {
    const { failure } = await ran(fake, resetOffsets, { group: ["old"], dryRun: true, ...flags });
    assert.match(failure ?? "", message);
  }
  const unreadable = await readOffsets("/no/such/file", ["old"]).catch((error) => error.message);
  assert.match(String(unreadable), /^Cannot read "\/no\/such\/file"/);
});

test("parseDatetime and parseDuration read what Java does", () => {
  const noon = Date.UTC(2026, 0, 31, 12);
  assert.is(parseDatetime("2026-01-31T12:00:00.000"), noon);
  assert.is(parseDatetime("2026-01-31T13:00:00.000+01:00"), noon);
  assert.is(parseDatetime("2026-01-31T13:00:00+01"), noon);
  const day = 86_400_000;
  assert.is(parseDuration("P1D"), day);
  assert.is(parseDuration("PT2H3M4.5S"), 2 * 3_600_000 + 3 * 60_000 + 4500);
  assert.is(parseDuration("-P1D"), -day);
  for (const text of ["P", "PT", "1D", "P1H"]) assert.throws(() => parseDuration(text));
});

test("parseTopicScope reads partitions behind a topic", () => {
  assert.equal(parseTopicScope("t"), { topic: "t", partitions: undefined });
  assert.equal(parseTopicScope("t:0,2"), { topic: "t", partitions: [0, 2] });
  assert.throws(() => parseTopicScope("t:a"), (error: unknown) => error instanceof Failure);
});

test("validateRegex takes what RE2 does", async () => {
  const fake = await bench();
  const problemOf = async (validateRegexOf: string) =>
    (await ran(fake, validateRegex, { validateRegex: validateRegexOf })).failure;
  assert.is(await problemOf("orders-(?P<n>\\d+)"), undefined);
  for (const text of ["a(b", "a(?=b)", "(a)\\1"]) {
    assert.match(await problemOf(text) ?? "", /is invalid/);
  }
});

const CONTRADICTIONS: [GroupsFlags, RegExp][] = [
  [{}, /exactly one action: --list, --describe, --delete, --reset-offsets/],
  [{ list: true, delete: true }, /exactly one action/],
  [{ describe: true }, /^--describe takes --group or --all-groups$/],
  [{ describe: true, group: ["g"], allGroups: true }, /cannot be used with --all-groups/],
  [{ describe: true, group: ["g"], members: true, state: true }, /at most one of --members/],
  [{ deleteOffsets: true, group: ["g"] }, /^--delete-offsets takes one --group, and --topic$/],
  [{ resetOffsets: true, group: ["g"], allTopics: true }, /takes one of --to-earliest, --to-la/],
  [{ resetOffsets: true, group: ["g"], toLatest: true }, /one of --all-topics and --topic$/],
  [{ resetOffsets: true, group: ["g"], dryRun: true, execute: true }, /one of --execute and --dr/],
];

test("checkGroupsFlags tells which flags do not go together", () => {
  for (const [flags, message] of CONTRADICTIONS) {
    assert.throws(() => checkGroupsFlags(actionOf(flags), flags), message);
  }
  const good = { resetOffsets: true, group: ["g"], fromFile: "f" };
  checkGroupsFlags(actionOf(good), good);
});

test.run();
