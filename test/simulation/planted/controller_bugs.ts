// Bugs of the quorum and of the active controller that a simulated control plane must notice.

import type { PlantedBug } from "./planted_bug.ts";

const CONTROLLER = "packages/controller/controller.ts";
const OUTSIDE = ["committed_agrees", "linear_topics", "metadata_image", "one_leader"] as const;

export const CONTROLLER_BUGS: readonly PlantedBug[] = [
  {
    // What was decided is answered when it is committed.
    name: "decided_answered_before_commit",
    file: CONTROLLER,
    text: "    else await this.#append(quorum, records, now);\n",
    instead: "    else this.#append(quorum, records, now).catch(() => undefined);\n",
    caughtBy: OUTSIDE,
  },
  {
    // A lost leadership takes with it what was appended only.
    name: "next_kept_without_leadership",
    file: CONTROLLER,
    text: "    this.#versions = [];\n    this.#next = this.#committed;\n    this.#epoch = epoch;\n",
    instead: "    this.#epoch = epoch;\n",
    caughtBy: [...OUTSIDE, "no_bugs", "liveness"],
  },
  {
    // A leader that is none any more must hear of it before it answers, also when nothing changes.
    name: "stale_answers_of_lost_leader",
    file: CONTROLLER,
    text: "    if (records.length === 0) await quorum.whenCommitted(nextOffset);\n    else await",
    instead: "    if (records.length > 0) await",
    caughtBy: OUTSIDE,
  },
  {
    // Raft §5.3: committed by a majority.
    name: "controllers_commit_by_one_less",
    file: "packages/raft/quorum.ts",
    text: "descending[majority(reached.length) - 1]",
    instead: "descending[Math.max(majority(reached.length) - 2, 0)]",
    caughtBy: [...OUTSIDE, "no_bugs", "liveness"],
  },
  {
    // KIP-595: a Fetch says what is durable.
    name: "controllers_fetch_on_before_sync",
    file: "packages/raft/roles/follower.ts",
    text: " &&\n    durableEndOffset === log.endOffset;",
    instead: " &&\n    durableEndOffset <= log.endOffset;",
    caughtBy: [...OUTSIDE, "no_bugs", "liveness"],
  },
  {
    // A broker whose port refuses is gone: nobody waits for its session to end.
    name: "refusing_broker_not_fenced",
    file: "packages/controller/sessions/fencing.ts",
    text: "const PROBES = 3;\n",
    instead: "const PROBES = 300;\n",
    caughtBy: ["fencing"],
  },
];
