/** Why an image is built as a whole by `podman build`: something that our steps cannot express. */
export class NotLayered extends Error {
  /** Short, to go on after "as a whole: ". */
  readonly reason: string;

  constructor(reason: string) {
    super(reason);
    this.reason = reason;
  }
}

/** Images that have to be pulled before the steps on them can be planned. */
export class ImagesMissing extends Error {
  readonly references: readonly string[];

  constructor(references: readonly string[]) {
    super(references.join(', '));
    this.references = references;
  }
}
