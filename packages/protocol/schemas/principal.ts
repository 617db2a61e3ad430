// Who sent a request, as Envelope carries it, behind its version (int16).

import { boolean, type MessageOf, schema, string } from "../schema/mod.ts";

export const DefaultPrincipal = schema({
  name: "DefaultPrincipalData",
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    /** `User`. */
    type: string,
    name: string,
    /** By a delegation token, which may not ask for another. */
    tokenAuthenticated: boolean,
  },
});
export type DefaultPrincipal = MessageOf<typeof DefaultPrincipal>;
