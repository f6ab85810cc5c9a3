/** What an import gives, whatever the file was. */

/** A Calendar v3 event resource as plain JSON; only its id is certain. */
export interface EventResource {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** The events of a file, and what was skipped or guessed on the way. */
export interface ImportedEvents {
  readonly events: readonly EventResource[];
  readonly problems: readonly string[];
}

/** The file cannot be imported at all; the message says why in plain words. */
export class NotImportable extends Error {
  override readonly name = 'NotImportable';
}
