// A type at a place in a message: from which version to which, its default, whether it may be
// null, its tag. Modifiers return a new field, so that the common ones can be shared.

import type { Form, Type } from "./codec.ts";

/** Inclusive. */
export interface VersionRange {
  readonly since: number;
  readonly until: number;
}

const ALWAYS: VersionRange = { since: 0, until: Number.POSITIVE_INFINITY };
const NEVER: VersionRange = {
  since: Number.POSITIVE_INFINITY,
  until: Number.NEGATIVE_INFINITY,
};

interface Place {
  readonly versions: VersionRange;
  readonly nullable: VersionRange;
  readonly tag: number | undefined;
  /** A value that a version cannot carry is dropped instead of refused. */
  readonly ignorable: boolean;
  /** Keeps the classic form of its type in flexible versions. */
  readonly classic: boolean;
}

const PLAIN: Place = {
  versions: ALWAYS,
  nullable: NEVER,
  tag: undefined,
  ignorable: false,
  classic: false,
};

/**
 * A field of a message. `Omittable`: a writer may leave it out; then it takes its default. Fields
 * with a default of their own, and those that not every version has, are.
 */
export class Field<Read, Write = Read, Omittable extends boolean = boolean> {
  readonly type: Type<Read, Write>;
  readonly place: Place;
  readonly defaultValue: Read;
  /** For inference only. */
  declare readonly omittable: Omittable;

  constructor(
    type: Type<Read, Write>,
    place: Place = PLAIN,
    defaultValue: Read = type.zero,
  ) {
    this.type = type;
    this.place = place;
    this.defaultValue = defaultValue;
  }

  /** First version that has it. */
  since(version: number): Field<Read, Write, true> {
    return this.#with({ versions: { ...this.place.versions, since: version } });
  }

  /** Last version that has it. */
  until(version: number): Field<Read, Write, true> {
    return this.#with({ versions: { ...this.place.versions, until: version } });
  }

  default(value: Read): Field<Read, Write, true> {
    return new Field(this.type, this.place, value);
  }

  /** May be null, in the versions from `since` to `until`. */
  nullable(
    since = 0,
    until = Number.POSITIVE_INFINITY,
  ): Field<Read | null, Write | null, Omittable> {
    const place = { ...this.place, nullable: { since, until } };
    return new Field<Read | null, Write | null, Omittable>(
      this.type as Type<Read | null, Write | null>,
      place,
      this.defaultValue,
    );
  }

  /** Stands in the tagged fields, and only if it is not its default. */
  tag(number: number): Field<Read, Write, true> {
    return this.#with({ tag: number });
  }

  /** A version that has no place for it drops a value instead of refusing it. */
  ignorable(): Field<Read, Write, Omittable> {
    return new Field<Read, Write, Omittable>(
      this.type,
      { ...this.place, ignorable: true },
      this.defaultValue,
    );
  }

  /** The classic form in all versions, as the client id of request headers. */
  classic(): Field<Read, Write, Omittable> {
    return new Field<Read, Write, Omittable>(
      this.type,
      { ...this.place, classic: true },
      this.defaultValue,
    );
  }

  has(version: number): boolean {
    return within(this.place.versions, version);
  }

  isNullable(version: number): boolean {
    return within(this.place.nullable, version);
  }

  /** The form of its type within a message of `form`. */
  form(form: Form): Form {
    return this.place.classic
      ? { version: form.version, flexible: false }
      : form;
  }

  #with(change: Partial<Place>): Field<Read, Write, true> {
    return new Field<Read, Write, true>(
      this.type,
      { ...this.place, ...change },
      this.defaultValue,
    );
  }
}

/** Any field, for code that handles them without knowing their types. */
export type AnyField = Field<unknown, never, boolean>;

function within({ since, until }: VersionRange, version: number): boolean {
  return version >= since && version <= until;
}
