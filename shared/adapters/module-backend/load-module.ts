/**
 * CONFERENCE_BACKEND=module:PATH: the company's own JavaScript or TypeScript module in place of a webhook. It has a
 * function `apply(change, {signal})`, and one `onCalendar(notice, {signal})` if it wants to hear of calendars; what they return or throw
 * becomes an outcome.
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CalendarNotice, ConferenceChange, Outcome } from '../../domain/delivery/change.ts';
import { readEventPatch } from '../../domain/delivery/read-event-patch.ts';
import { RETRY_AFTER_MAX_MS } from '../../domain/delivery/retry-after.ts';
import type { ConferenceBackend } from '../../domain/ports.ts';

/** Settings; lengths of time are milliseconds. */
export interface ModuleOptions {
  /** For one call; default 15,000. */
  readonly timeoutMs?: number;
}

type Call<Message> = (message: Message, context: { readonly signal: AbortSignal }) => unknown;

const TIMEOUT_MS = 15_000;
const REASON_LENGTH_MAX = 200;
/** What was thrown throws in its turn when it is looked at. */
const THREW_ODDLY: Outcome = { kind: 'transient', reason: 'the conference module threw an exception' };
/** Whoever returned something else may have applied nothing: later, when the module is mended, it is offered again. */
const MEANT_NOTHING: Outcome = {
  kind: 'transient',
  reason: 'the conference module returned something that is no answer (nothing, an allowed eventPatch, or refused)',
};

/**
 * Imports the module at this path (relative ones from the working directory) and wraps its `apply`: a default export or
 * an export of that name, a function or an object with it. Nothing returned means done; `{eventPatch}` done, with a patch for the
 * event; `{refused: 'why'}` never like this; an exception, no answer in time, or any other answer, later again (after the exception's
 * `retryAfterMs`, if it has one). docs/module.md is the whole contract.
 * @throws Error in words for an operator if the module is missing, fails to load, or has no `apply`
 */
export async function loadModuleBackend(path: string, options: ModuleOptions = {}): Promise<ConferenceBackend> {
  const { timeoutMs = TIMEOUT_MS } = options;
  const module = await load(path);
  const apply = find<ConferenceChange>(module, 'apply');
  const onCalendar = find<CalendarNotice>(module, 'onCalendar');
  if (apply === undefined) {
    throw new Error(`The conference module ${path} exports no function "apply", neither by that name nor as default.`);
  }
  return {
    apply: (change) => callWithin(timeoutMs, apply, change),
    tell: async (notice) => (onCalendar === undefined ? { kind: 'done' } : callWithin(timeoutMs, onCalendar, notice)),
  };
}

async function load(path: string): Promise<unknown> {
  try {
    return await import(pathToFileURL(resolve(path)).href);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The conference module ${path} cannot be loaded: ${message}`, { cause });
  }
}

function find<Message>(module: unknown, name: 'apply' | 'onCalendar'): Call<Message> | undefined {
  const main = field(module, 'default');
  // A CommonJS module that was compiled from an ES module has its own default inside.
  for (const owner of [module, main, field(main, 'default')]) {
    // Functions have a method called apply; one that the module wrote is what counts.
    const found = typeof owner === 'function' ? (name === 'apply' ? owner : undefined) : field(owner, name);
    if (typeof found === 'function') return (message, context) => Reflect.apply(found, owner, [message, context]);
  }
  return undefined;
}

async function callWithin<Message>(ms: number, call: Call<Message>, message: Message): Promise<Outcome> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const timedOut = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => {
      controller.abort();
      resolve({ kind: 'transient', reason: `the conference module gave no answer within ${ms} ms` });
    }, ms);
  });
  try {
    const answered = Promise.resolve()
      .then(() => call(message, { signal: controller.signal }))
      .then(readResult)
      .catch(readFailure)
      .catch(() => THREW_ODDLY);
    return await Promise.race([answered, timedOut]);
  } finally {
    clearTimeout(timer);
  }
}

function readResult(result: unknown): Outcome {
  if (result === undefined || result === null) return { kind: 'done' };
  const refused = field(result, 'refused');
  if (typeof refused === 'string') {
    const reason = refused.replace(/[\s\p{Cc}]+/gu, ' ').slice(0, REASON_LENGTH_MAX);
    return { kind: 'refused', reason: reason === '' ? 'refused by the conference module' : reason };
  }
  const eventPatch = readEventPatch(field(result, 'eventPatch'));
  return eventPatch === undefined ? MEANT_NOTHING : { kind: 'done', eventPatch };
}

/** The message of an exception can hold anything; only its name is passed on. */
function readFailure(error: unknown): Outcome {
  const name = field(error, 'name');
  const known = typeof name === 'string' && /^\w{1,40}$/.test(name) ? name : 'an exception';
  const wait = field(error, 'retryAfterMs');
  const isWait = typeof wait === 'number' && Number.isFinite(wait) && wait >= 0;
  return {
    kind: 'transient',
    reason: `the conference module threw ${known}`,
    ...(isWait && { retryAfterMs: Math.min(wait, RETRY_AFTER_MAX_MS) }),
  };
}

function field(value: unknown, name: string): unknown {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
    ? Reflect.get(value, name)
    : undefined;
}
