// Resources as requests that alter configurations name them.

export interface NamedResource {
  readonly resourceType: number;
  readonly resourceName: string;
}

/** Tells of a resource whether it is named more than once: nobody could say what it should be. */
export function repeatedAmong(
  all: readonly NamedResource[],
): (resource: NamedResource) => boolean {
  const counts = new Map<string, number>();
  for (const one of all) counts.set(keyOf(one), (counts.get(keyOf(one)) ?? 0) + 1);
  return (resource) => (counts.get(keyOf(resource)) ?? 0) > 1;
}

function keyOf({ resourceType, resourceName }: NamedResource): string {
  return `${resourceType} ${resourceName}`;
}
