// An API of two fields with handlers that a test controls: what dispatch and connections are tried
// with, without a broker behind them.

import type { Refusal } from "@odradek/protocol/refusal";
import { api, int32, string } from "@odradek/protocol/schema/mod";
import type { RequestContext } from "../context.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";

/** Waits for the test if `hold` is not 0. Uses the key of Metadata, whose name errors show. */
export const Echo = api({
  key: 3,
  name: "Metadata",
  versions: [0, 2],
  flexibleSince: 2,
  request: { text: string, hold: int32 },
  response: { text: string, errorCode: int32 },
});

/** May overlap itself. */
export const Pile = api({
  key: 0,
  name: "Produce",
  versions: [0, 0],
  request: { text: string, hold: int32 },
  response: { text: string, errorCode: int32 },
});

interface Echoed {
  readonly text: string;
  readonly hold: number;
}

/**
 * `started` gets the texts in the order in which requests began; `held` resolves the waiting ones.
 */
export class Echoes {
  readonly started: string[] = [];
  readonly held = new Map<number, () => void>();

  get endpoints(): Endpoint[] {
    const handle = (request: Echoed, context: RequestContext) => this.#handle(request, context);
    const refuse = (_: Echoed, refusal: Refusal) => ({ text: "", errorCode: refusal.code });
    return [
      endpoint(Echo, { handle, refuse, unknownVersion: () => ({ text: "v0", errorCode: 35 }) }),
      endpoint(Pile, { overlaps: true, readsInPlace: true, handle, refuse }),
    ];
  }

  #handle({ text, hold }: Echoed, context: RequestContext) {
    this.started.push(text);
    const answer = { text, errorCode: 0 };
    if (text === "fail") throw new TypeError("a mistake");
    if (text === "close") context.closeConnection();
    if (hold === 0) return answer;
    return new Promise<typeof answer>((resolve) => {
      this.held.set(hold, () => resolve(answer));
    });
  }
}
