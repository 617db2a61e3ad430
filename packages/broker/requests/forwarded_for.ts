// Who asks, for requests that a broker hands on to the controller.

import type { RequestContext } from "@odradek/network";
import type { ForwardedFor } from "../controller_link.ts";

export function forwardedFor({ connection, clientId }: RequestContext): ForwardedFor {
  const { principal, clientAddress } = connection;
  return { principal, clientAddress, clientId };
}
