/** Your side of the contract: one function that applies a change. The same function serves behind a webhook and as a module of the service. */
import type { CalendarNotice, Change } from './change.ts';
import { type EventPatch, eventPatch } from './event-patch.ts';

/**
 * What became of a change. Nothing: applied. `eventPatch`: applied, and the event shall be changed too. `refused`: never like this, with
 * the reason in words for whoever is on call. To be asked again later, throw; an error's `retryAfterMs` says when.
 */
// biome-ignore lint/suspicious/noConfusingVoidType: a function that returns nothing is the common case.
export type Answer = void | { readonly eventPatch: EventPatch } | { readonly refused: string };

/** Applies a change. `signal` is aborted when nobody waits for the answer any more. */
export type Apply = (change: Change, context: { readonly signal: AbortSignal }) => Answer | Promise<Answer>;

/** Hears of a calendar. To be told again later, throw, as in `apply`. */
export type OnCalendar = (
  notice: CalendarNotice,
  context: { readonly signal: AbortSignal },
) => HeardAnswer | Promise<HeardAnswer>;

/** What became of a notice. Nothing: taken. `refused`: never like this. */
// biome-ignore lint/suspicious/noConfusingVoidType: a function that returns nothing is the common case.
export type HeardAnswer = void | { readonly refused: string };

/** The default export of a module for CONFERENCE_BACKEND=module:PATH. */
export interface Backend {
  readonly apply: Apply;
  /** Without it, nothing is made of notices. */
  readonly onCalendar?: OnCalendar;
}

/** `apply` returned something that means nothing. It counts as a failure, so that the change is not lost. */
export class WrongAnswer extends Error {
  override readonly name = 'WrongAnswer';
}

/**
 * Makes a backend that never says "done" by mistake.
 * @throws TypeError if there is no function `apply`, or anything beside it and `onCalendar`
 */
export function defineBackend(backend: Backend): Backend {
  const { apply, onCalendar, ...others } = backend;
  if (typeof apply !== 'function') throw new TypeError('a backend needs a function "apply"');
  if (onCalendar !== undefined && typeof onCalendar !== 'function') throw new TypeError('onCalendar is not a function');
  const [foreign] = Object.keys(others);
  if (foreign !== undefined)
    throw new TypeError(`a backend has the functions "apply" and "onCalendar" and nothing else, not "${foreign}"`);
  return {
    apply: async (change, context) => checkAnswer(await apply(change, context)),
    ...(onCalendar !== undefined && {
      onCalendar: async (notice, context) => checkHeard(await onCalendar(notice, context)),
    }),
  };
}

/** The answer, if it is one. @throws WrongAnswer, TypeError for a patch that may not be */
export function checkAnswer(answer: unknown): Answer {
  if (answer === undefined || answer === null) return undefined;
  if (typeof answer === 'object') {
    if ('refused' in answer && typeof answer.refused === 'string' && answer.refused !== '') {
      return { refused: answer.refused };
    }
    if ('eventPatch' in answer && typeof answer.eventPatch === 'object' && answer.eventPatch !== null) {
      return eventPatch(answer.eventPatch);
    }
  }
  throw new WrongAnswer('apply must return nothing, {eventPatch: {...}} or {refused: "why"}');
}

/** The same for the answer to a notice. @throws WrongAnswer */
export function checkHeard(answer: unknown): HeardAnswer {
  const checked = checkAnswer(answer);
  if (!checked || 'refused' in checked) return checked;
  throw new WrongAnswer('onCalendar must return nothing or {refused: "why"}');
}
