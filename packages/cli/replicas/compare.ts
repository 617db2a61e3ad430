// Whether replicas have the same: what each of them has, step by step, beside the others.

/** A batch, or a record where replicas may lack some. */
export interface Piece {
  readonly offset: number;
  /** The same for the same content. */
  readonly content: string;
}

export interface ReplicaPieces {
  readonly id: number;
  readonly pieces: AsyncIterable<Piece>;
}

export interface Difference {
  readonly offset: number;
  readonly id: number;
  readonly other: number;
  /** What the replica has where the other one has something. */
  readonly what: "other content" | "nothing";
}

interface Head {
  readonly id: number;
  readonly rest: AsyncIterator<Piece>;
  piece: Piece | undefined;
}

/**
 * The first difference; undefined: there is none. `mayLack`: each replica has compacted for itself,
 * so that only what several have must be the same.
 */
export async function firstDifference(
  replicas: readonly ReplicaPieces[],
  { mayLack }: { readonly mayLack: boolean },
): Promise<Difference | undefined> {
  const heads: Head[] = await Promise.all(replicas.map(async ({ id, pieces }) => {
    const rest = pieces[Symbol.asyncIterator]();
    return { id, rest, piece: await taken(rest) };
  }));
  for (;;) {
    const offset = Math.min(...heads.map(({ piece }) => piece?.offset ?? Infinity));
    if (offset === Infinity) return undefined;
    const at = heads.filter(({ piece }) => piece?.offset === offset);
    const [first] = at as [Head];
    const other = at.find(({ piece }) => piece?.content !== first.piece?.content);
    if (other !== undefined) {
      return { offset, id: other.id, other: first.id, what: "other content" };
    }
    const lacking = mayLack ? undefined : heads.find(({ piece }) => piece?.offset !== offset);
    if (lacking !== undefined) {
      return { offset, id: lacking.id, other: first.id, what: "nothing" };
    }
    await Promise.all(at.map(async (head) => (head.piece = await taken(head.rest))));
  }
}

async function taken(rest: AsyncIterator<Piece>): Promise<Piece | undefined> {
  const { done, value } = await rest.next();
  return done === true ? undefined : value;
}
