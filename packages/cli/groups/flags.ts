// The flags of `groups`, as they come from the command line, and which of them can stand together.

import type { Admin } from "@odradek/client";
import { Failure } from "../failure.ts";
import type { Terminal } from "../terminal.ts";

export interface GroupsFlags {
  readonly list?: boolean;
  readonly describe?: boolean;
  readonly delete?: boolean;
  readonly resetOffsets?: boolean;
  readonly deleteOffsets?: boolean;
  readonly validateRegex?: string;
  readonly group?: readonly string[];
  readonly allGroups?: boolean;
  readonly topic?: readonly string[];
  readonly allTopics?: boolean;
  readonly offsets?: boolean;
  readonly members?: boolean;
  /** true: shown; with --list also which, with commas between. */
  readonly state?: string | true;
  readonly type?: string | true;
  readonly verbose?: boolean;
  readonly timeout?: number;
  readonly toEarliest?: boolean;
  readonly toLatest?: boolean;
  readonly toCurrent?: boolean;
  readonly toOffset?: number;
  readonly shiftBy?: number;
  readonly toDatetime?: string;
  readonly byDuration?: string;
  readonly fromFile?: string;
  readonly dryRun?: boolean;
  readonly execute?: boolean;
  readonly export?: boolean;
  readonly json?: boolean;
}

/** What the verbs work with. */
export interface GroupsContext {
  readonly admin: Admin;
  readonly flags: GroupsFlags;
  readonly terminal: Terminal;
  /** Wall clock ms. */
  readonly now: () => number;
}

const ACTIONS = [
  "list",
  "describe",
  "delete",
  "resetOffsets",
  "deleteOffsets",
  "validateRegex",
] as const;
export type GroupsAction = (typeof ACTIONS)[number];

/** Where offsets are reset to: exactly one of these. */
export const RESET_FORMS = [
  "toEarliest",
  "toLatest",
  "toCurrent",
  "toOffset",
  "shiftBy",
  "toDatetime",
  "byDuration",
  "fromFile",
] as const satisfies readonly (keyof GroupsFlags)[];
export type ResetForm = (typeof RESET_FORMS)[number];

/** Failure if there is none, or several. */
export function actionOf(flags: GroupsFlags): GroupsAction {
  const asked = ACTIONS.filter((name) => flags[name] !== undefined);
  if (asked.length === 1) return asked[0] as GroupsAction;
  throw new Failure(
    `Command must include exactly one action: ${ACTIONS.map(spelling).join(", ")}`,
  );
}

/** Failure if they contradict each other, or the action lacks something. */
export function checkGroupsFlags(action: GroupsAction, flags: GroupsFlags): void {
  const { group, allGroups, members, offsets, state } = flags;
  if (group !== undefined && allGroups === true) {
    throw new Failure("--group cannot be used with --all-groups");
  }
  const isOfGroups = action !== "list" && action !== "validateRegex";
  if (isOfGroups && group === undefined && (allGroups !== true || action === "deleteOffsets")) {
    const which = action === "deleteOffsets" ? "--group" : "--group or --all-groups";
    throw new Failure(`${spelling(action)} takes ${which}`);
  }
  const views = [members, offsets, state].filter((one) => one !== undefined);
  if (action === "describe" && views.length > 1) {
    throw new Failure("--describe takes at most one of --members, --offsets and --state");
  }
  if (action === "describe" && typeof state === "string") {
    throw new Failure("--describe does not take a value for --state");
  }
  if (action === "deleteOffsets" && (group?.length !== 1 || flags.topic === undefined)) {
    throw new Failure("--delete-offsets takes one --group, and --topic");
  }
  if (action === "resetOffsets") checkReset(flags);
}

function checkReset(flags: GroupsFlags): void {
  if (flags.dryRun === true && flags.execute === true) {
    throw new Failure("--reset-offsets takes only one of --execute and --dry-run");
  }
  const forms = RESET_FORMS.filter((name) => flags[name] !== undefined);
  if (forms.length !== 1) {
    throw new Failure(`--reset-offsets takes one of ${RESET_FORMS.map(spelling).join(", ")}`);
  }
  const scopes = [flags.allTopics, flags.topic].filter((one) => one !== undefined);
  if (scopes.length > 1 || (scopes.length === 0 && forms[0] !== "fromFile")) {
    throw new Failure("--reset-offsets takes one of --all-topics and --topic");
  }
}

/** As it is typed. */
export function spelling(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
