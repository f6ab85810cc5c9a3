/** Plays one check against a receiver and says what came of it. */
import type { Outcome } from '../../shared/domain/delivery/change.ts';
import type { Check, Delivery, Expected, Step } from './check.ts';
import { type Kept, mismatchOf } from './compare-kept.ts';
import { outcomeWords } from './outcome-words.ts';

/** What was answered. */
export interface Answered {
  /** Null where nothing came back. */
  readonly status: number | null;
  /** What the service would make of it. */
  readonly outcome: Outcome;
}

/** A receiver under test. */
export interface Endpoint {
  send(delivery: Delivery): Promise<Answered>;
  /** Sends half of it and ends the connection. */
  hangUp(delivery: Delivery): Promise<void>;
  /** What the receiver believes of a conference; null where it offers no way to ask. */
  readonly read: ((conferenceId: string) => Promise<Kept>) | null;
  sleep(ms: number): Promise<void>;
}

/** `answers`: the receiver answered as it must; what it believes could not be asked. */
export type Verdict =
  | { readonly kind: 'passed' }
  | { readonly kind: 'answers' }
  | { readonly kind: 'failed'; readonly happened: string };

/** A receiver may answer first and work then. */
const READS_MAX = 20;
const READ_AGAIN_MS = 100;

/** See the file's head. */
export async function playCheck({ steps }: Check, endpoint: Endpoint): Promise<Verdict> {
  for (const step of steps) {
    const happened = await playStep(step, endpoint);
    if (happened !== null) return { kind: 'failed', happened };
  }
  const isAsked = steps.some(({ kind }) => kind === 'read');
  return { kind: isAsked && endpoint.read === null ? 'answers' : 'passed' };
}

/** What went wrong; null for nothing. */
async function playStep(step: Step, endpoint: Endpoint): Promise<string | null> {
  switch (step.kind) {
    case 'send': {
      const answers = await Promise.all(step.deliveries.map((delivery) => endpoint.send(delivery)));
      const wrong = answers.map((answer) => wrongAnswer(answer, step.expected)).filter((words) => words !== null);
      const [first = null] = wrong;
      return first === null || answers.length === 1 ? first : `${wrong.length} of ${answers.length}: ${first}`;
    }
    case 'hang-up':
      await endpoint.hangUp(step.delivery);
      return null;
    case 'read': {
      if (endpoint.read === null) return null;
      for (let reads = 1; ; reads++) {
        const mismatch = mismatchOf(step.expected, await endpoint.read(step.conferenceId));
        if (mismatch === null || reads === READS_MAX) return mismatch;
        await endpoint.sleep(READ_AGAIN_MS);
      }
    }
  }
}

function wrongAnswer({ status, outcome }: Answered, expected: Expected): string | null {
  const isDone = outcome.kind === 'done';
  switch (expected) {
    case 'accepted':
      return isDone ? null : outcomeWords(outcome);
    case 'accepted-or-unknown':
      return isDone || outcome.kind === 'unknown-conference' ? null : outcomeWords(outcome);
    case 'refused':
      if (isDone) return `answered ${status} to a delivery that must be refused`;
      // Any other refusal is one for good, also of what is sound while keys do not agree or a clock is wrong.
      return status === 401 || status === 403
        ? null
        : `${outcomeWords(outcome)}, in place of 401, after which it comes again`;
  }
}
