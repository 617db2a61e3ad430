// Bugs of the consensus core that lives of clusters must notice: one rule of the Raft paper or of
// KRaft's KIPs each, left out.

import type { PlantedBug } from "./planted_bug.ts";

export const RAFT_BUGS: readonly PlantedBug[] = [
  {
    // Raft §5.2: one vote per epoch.
    name: "two_votes_in_an_epoch",
    file: "packages/raft/roles/votes.ts",
    text: "  if (votedFor !== undefined) return isSameReplica(votedFor, request.candidate);\n",
    instead: "  if (votedFor?.id === request.candidate.id) return true;\n",
    caughtBy: ["invariants", "promises"],
  },
  {
    // Raft figure 2: a vote is on the disk before its answer leaves.
    name: "vote_not_persisted",
    file: "packages/raft/quorum_state.ts",
    text: "    return votedFor !== persisted.votedFor;",
    instead: "    return false;",
    caughtBy: ["promises"],
  },
  {
    // Raft §5.4.1: the log of a candidate is up to date.
    name: "vote_for_a_shorter_log",
    file: "packages/raft/log_view.ts",
    text: "  return log.endOffset >= other.endOffset;",
    instead: "  return true;",
    caughtBy: ["promises", "invariants"],
  },
  {
    // Raft §5.4.2, figure 8.
    name: "old_epoch_committed_by_counting",
    file: "packages/raft/roles/leader.ts",
    text: "if (committed <= epochStartOffset || committed <= highWatermark) return undefined;",
    instead: "if (committed <= highWatermark) return undefined;",
    caughtBy: ["invariants", "promises"],
  },
  {
    // Raft §5.3: committed by a majority.
    name: "committed_by_one_less",
    file: "packages/raft/quorum.ts",
    text: "descending[majority(reached.length) - 1]",
    instead: "descending[Math.max(majority(reached.length) - 2, 0)]",
    caughtBy: ["promises"],
  },
  {
    // KIP-595: a follower cuts back what its leader does not have.
    name: "divergence_not_cut_back",
    file: "packages/raft/roles/catch_up.ts",
    text: "  if (endOffset >= log.endOffset) return;",
    instead: "  if (endOffset >= 0) return;",
    caughtBy: ["liveness", "invariants"],
  },
  {
    // KIP-595: a Fetch says what is durable.
    name: "fetched_on_before_sync",
    file: "packages/raft/roles/follower.ts",
    text: " &&\n    durableEndOffset === log.endOffset;",
    instead: " &&\n    durableEndOffset <= log.endOffset;",
    caughtBy: ["promises"],
  },
  {
    // KIP-853: who has been removed, or only observes, does not count.
    name: "removed_voter_counted",
    file: "packages/raft/roles/leader.ts",
    text: "const reached = [...voters].map((voter) =>",
    instead: "const others = [...progress.values()].map(({ replica }) => replica);" +
      "const reached = [...voters, ...others.filter((one) => !voters.has(one))].map((voter) =>",
    caughtBy: ["promises"],
  },
  {
    // KIP-996: a follower that hears its leader grants no pre-vote.
    name: "pre_vote_against_a_heard_leader",
    file: "packages/raft/roles/votes.ts",
    text: '  if (role.name === "follower" && role.isHeard) return false;\n',
    instead: "",
    caughtBy: ["promises"],
  },
  {
    // KIP-595: check quorum.
    name: "check_quorum_ignored",
    file: "packages/raft/roles/leader.ts",
    text: "  if (needed === 0) return Infinity;",
    instead: "  if (needed >= 0) return Infinity;",
    caughtBy: ["promises"],
  },
  {
    // KIP-595: what a leader has committed says nothing of a log that has parted from its own.
    name: "diverging_answer_commits",
    file: "packages/raft/roles/follower.ts",
    text: "const told = isSame ? response.highWatermark : offset(0);",
    instead: "const told = isSame || !isSame ? response.highWatermark : offset(0);",
    caughtBy: ["promises", "invariants"],
  },
  {
    // KIP-630: of what is below a log's start, not even the epochs are known.
    name: "epochs_below_snapshot_compared",
    file: "packages/raft/roles/fetches.ts",
    text: "fetchOffset === 0 || isForgotten;",
    instead: "fetchOffset === 0 || (isForgotten && fetchOffset < 0);",
    caughtBy: ["promises", "invariants", "liveness"],
  },
  {
    // An answer is taken once, and by who has asked.
    name: "stale_fetch_answer_taken",
    file: "packages/raft/roles/follower.ts",
    text: `if (from !== turn.state.leaderId || correlation !== role.fetch?.correlation) return;
  if (response.type !== "fetch") return;`,
    instead: `if (from !== turn.state.leaderId || correlation < 0) return;
  if (response.type !== "fetch") return;`,
    caughtBy: ["promises", "invariants"],
  },
  {
    // KIP-853: one change at a time.
    name: "voters_changed_while_open",
    file: "packages/raft/roles/voter_changes.ts",
    text: "  if (isVoterChangeUnderWay(turn.state)) return",
    instead: "  if (isVoterChangeUnderWay(turn.state) && event.token < 0) return",
    caughtBy: ["promises"],
  },
  {
    // Raft §5.2: its own vote is one too, also after a restart.
    name: "vote_forgotten_at_start",
    file: "packages/raft/state.ts",
    text: "  if (persisted.leaderId !== self.id) return persisted;",
    instead: "  if (persisted.leaderId < 0) return { ...persisted, votedFor: undefined };",
    caughtBy: ["promises"],
  },
];
