/** What a command refuses with: what happened, to what, and what to do now. */

/** The command line cannot be run as it stands; `hint` says what to type instead. */
export class UsageError extends Error {
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.name = 'UsageError';
    this.hint = hint;
  }
}

/** What was asked for could not be done; `doThis` is the next thing to do or to type. */
export class CommandFailed extends Error {
  readonly doThis: string;
  constructor(message: string, doThis: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandFailed';
    this.doThis = doThis;
  }
}
