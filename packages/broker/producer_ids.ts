// Producer ids for clients: taken from the controller a block at a time, given out one by one.

import type { NodeId } from "@odradek/base";
import { AllocateProducerIds } from "@odradek/protocol/messages/allocate_producer_ids";
import { errorName } from "@odradek/protocol/errors";
import { Refusal } from "@odradek/protocol/refusal";
import type { ControllerLink } from "./controller_link.ts";

export interface ProducerIdsOptions {
  readonly nodeId: NodeId;
  readonly controller: ControllerLink;
  /** Of this broker's registration. */
  readonly brokerEpoch: () => number;
}

export class ProducerIds {
  readonly #options: ProducerIdsOptions;
  #next = 0;
  #end = 0;
  #block: Promise<void> | undefined;

  constructor(options: ProducerIdsOptions) {
    this.#options = options;
  }

  /** An id that nobody has got before. */
  async next(): Promise<number> {
    while (this.#next >= this.#end) {
      this.#block ??= this.#allocate().finally(() => (this.#block = undefined));
      await this.#block;
    }
    return this.#next++;
  }

  async #allocate(): Promise<void> {
    const { nodeId, controller, brokerEpoch } = this.#options;
    const answer = await controller.ask(AllocateProducerIds, 0, {
      brokerId: nodeId,
      brokerEpoch: BigInt(brokerEpoch()),
    });
    if (answer.errorCode !== 0) {
      // Clients try again.
      const error = errorName(answer.errorCode);
      throw new Refusal("COORDINATOR_LOAD_IN_PROGRESS", `No producer ids: ${error}`);
    }
    this.#next = Number(answer.producerIdStart);
    this.#end = this.#next + answer.producerIdLen;
  }
}
