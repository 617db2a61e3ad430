// Short-cuts of a transcript: the usual steps by which a node comes into a role.

import { assert } from "@odradek/base";
import type { RoleName } from "../roles/role.ts";
import { replicaText } from "../voters.ts";
import { text } from "./command_values.ts";
import type { Session } from "./session.ts";
import { type Command, parseCommand } from "./transcript.ts";

/** A campaign begins after so many steps at the latest. */
const STEPS_MAX = 100;

export class Path {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** `follower [from=<leader>] [epoch=]`, `prospective`, `candidate`, `leader`. */
  to(command: Command): void {
    this.#syncAll();
    switch (text(command, "")) {
      case "follower":
        this.#session.asked(parseCommand(`asked begin${wordsOf(command)}`));
        return;
      case "prospective":
        return this.#campaign();
      case "candidate":
        this.#campaign();
        return this.#win("prospective");
      case "leader":
        this.#campaign();
        this.#win("prospective");
        return this.#win("candidate");
      default:
        throw new Error(`No short-cut leads to "${text(command, "")}"`);
    }
  }

  /** Everything is durable, and every other voter has it. */
  replicate(): void {
    this.#syncAll();
    const { self, node } = this.#session;
    for (const one of node.raft.state.voters) {
      if (one.id === self.id) continue;
      this.#session.asked(parseCommand(`asked fetch wait=0 from=${replicaText(one)}`));
    }
  }

  #syncAll(): void {
    const { node, now } = this.#session;
    const { durableEndOffset, log } = node.raft.state;
    if (durableEndOffset < log.endOffset) node.sync(node.endOffset, now);
  }

  /** Lets time go by. */
  #campaign(): void {
    const session = this.#session;
    for (let i = 0; i < STEPS_MAX && !this.#isCampaigning; i++) {
      session.step({ type: "elapsed" });
      if (!this.#isCampaigning) session.now = Math.max(session.now, session.wakeAtMs);
    }
    assert(this.#isCampaigning, "A voter whose time has come campaigns");
  }

  get #isCampaigning(): boolean {
    const { name } = this.#session.node.raft.state.role;
    return name === "prospective" || name === "candidate" || name === "leader";
  }

  /** All are asked in turn, until a majority has granted. */
  #win(role: RoleName): void {
    const { node, self } = this.#session;
    for (const { id } of node.raft.state.voters) {
      if (node.raft.state.role.name !== role) return;
      if (id !== self.id) this.#session.answered(parseCommand(`answered granted by=${id}`));
    }
  }
}

function wordsOf(command: Command): string {
  const pairs = [...command.arguments].filter(([name]) => name !== "" && name !== "at");
  return pairs.map(([name, value]) => ` ${name}=${value}`).join("");
}
