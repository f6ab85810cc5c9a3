/** What a conformance test of a receiver is made of: plain data, so that the same checks are played, and published as test vectors. */

/** How a delivery is signed. All but the first must be refused, except for `ring`. */
export type Signing =
  /** With the receiver's key, now. */
  | 'valid'
  /** With two keys, of which the receiver knows the second. */
  | 'ring'
  /** With a key that the receiver does not know. */
  | 'unknown-key'
  /** Not at all. */
  | 'unsigned'
  /** For another body. */
  | 'other-body'
  /** Ten minutes ago. */
  | 'expired';

/** One POST. */
export interface Delivery {
  readonly id: string;
  readonly body: string;
  readonly signing: Signing;
}

/**
 * What an answer must be. `accepted-or-unknown`: 2xx, or the answer for a conference that the receiver does not know. `refused`: 401 or
 * 403, after which the service comes again.
 */
export type Expected = 'accepted' | 'accepted-or-unknown' | 'refused';

/** An occurrence that deviates, as it must be kept. */
export interface ExpectedOccurrence {
  /** RFC 3339, compared as an instant, or a date for whole days. */
  readonly originalStart: string;
  readonly state: 'updated' | 'cancelled';
  /** In the same shape, of an updated one. */
  readonly start?: string;
}

/** What a receiver must believe of a conference. `absent`: it was never told of it. */
export type ExpectedConference =
  | { readonly state: 'absent' }
  | { readonly state: 'cancelled' }
  | {
      readonly state: 'active';
      readonly title: string;
      /** RFC 3339, or a date for whole days. */
      readonly start: string;
      readonly occurrences?: readonly ExpectedOccurrence[];
    };

/** One thing that the test does. */
export type Step =
  /** All of them at once. */
  | { readonly kind: 'send'; readonly deliveries: readonly Delivery[]; readonly expected: Expected }
  /** Half of it, and then the connection ends. */
  | { readonly kind: 'hang-up'; readonly delivery: Delivery }
  | { readonly kind: 'read'; readonly conferenceId: string; readonly expected: ExpectedConference };

/** One rule that a receiver must keep, and how it is tried. */
export interface Check {
  readonly name: string;
  /** What must happen, in a sentence. */
  readonly rule: string;
  /** What it means for users where it does not. */
  readonly means: string;
  /** Where the document says so. */
  readonly see: string;
  readonly steps: readonly Step[];
}
