// odradek groups: lists, describes and deletes groups of consumers, and changes what they have
// committed (kafka-consumer-groups).

import { systemClock } from "@odradek/base";
import { Admin } from "@odradek/client";
import type { CliCommand } from "../command.ts";
import { addConnectionFlags, connection } from "../flags/connection.ts";
import { gather, integer } from "../flags/values.ts";
import { deleteGroups } from "../groups/delete.ts";
import { deleteOffsets } from "../groups/delete_offsets.ts";
import { describeGroups } from "../groups/describe.ts";
import {
  actionOf,
  checkGroupsFlags,
  type GroupsAction,
  type GroupsContext,
  type GroupsFlags,
} from "../groups/flags.ts";
import { listGroups } from "../groups/list.ts";
import { resetOffsets } from "../groups/reset.ts";
import { validateRegex } from "../groups/validate_regex.ts";
import type { Terminal } from "../terminal.ts";

const ACTIONS: Readonly<Record<GroupsAction, (context: GroupsContext) => Promise<void>>> = {
  list: listGroups,
  describe: describeGroups,
  delete: deleteGroups,
  resetOffsets,
  deleteOffsets,
  validateRegex,
};

export const groups: CliCommand = {
  name: "groups",
  describe(program, terminal) {
    addConnectionFlags(program);
    program
      .option("--list", "list groups; with --state and --type also these")
      .option("--describe", "show how far groups have read (--offsets), or other things of them")
      .option("--delete", "delete groups without members")
      .option("--reset-offsets", "let groups without members go on elsewhere")
      .option("--delete-offsets", "forget what a group has committed of topics")
      .option("--validate-regex <pattern>", "whether brokers take a regular expression (RE2)")
      .option("--group <name>", "a group; repeatable", gather)
      .option("--all-groups", "all of them")
      .option("--offsets", "with --describe: partitions with offset and lag")
      .option("--members", "with --describe: who is in the group")
      .option("--state [states]", "with --describe and --list: how groups are; or only such")
      .option("--type [types]", "with --list: of which protocol groups are; or only such")
      .option("--verbose", "with --describe: more of it")
      .option("--topic <topic[:0,1]>", "a topic, or partitions of it; repeatable", gather)
      .option("--all-topics", "all of which the group has committed something")
      .option("--to-earliest", "to the beginning of the log")
      .option("--to-latest", "to the end of the log")
      .option("--to-current", "to where it is; to the end where nothing is committed")
      .option("--to-offset <offset>", "to an offset", integer)
      .option("--shift-by <n>", "so many further, or back if it is negative", integer)
      .option("--to-datetime <time>", "to a time: YYYY-MM-DDThh:mm:ss.sss")
      .option("--by-duration <duration>", "to so long ago: PnDTnHnMnS")
      .option("--from-file <file>", "to the offsets in a CSV file, as --export writes it")
      .option("--dry-run", "only show the new offsets")
      .option("--execute", "commit the new offsets")
      .option("--export", "show the new offsets as CSV")
      .option("--timeout <ms>", "how long to try", integer)
      .option("--json", "as one JSON document");
    program.action((flags: GroupsFlags) => run(flags, terminal));
  },
};

async function run(flags: GroupsFlags, terminal: Terminal): Promise<void> {
  const action = actionOf(flags);
  checkGroupsFlags(action, flags);
  const { timeout: callTimeoutMs } = flags;
  const settings = callTimeoutMs === undefined ? {} : { callTimeoutMs };
  const { cluster } = await connection({ ...flags }, { terminal, ...settings });
  await using _ = cluster;
  const context = { admin: new Admin(cluster), flags, terminal, now: () => systemClock.now() };
  await ACTIONS[action](context);
}
