/** Mistakes in sending what is pending: order, retries, what is settled, what is written back. */
import { type Defect, one } from './defect.ts';

/** See the file's head. */
export const DELIVERY: readonly Defect[] = [
  one(
    'a revision is drawn when the change is sent',
    'shared/flow/deliver/settle-and-claim.ts',
    'const next = readyChange({ conference, calendarId, binding, pending, event,',
    'const next = readyChange({ conference, calendarId, binding, pending: { ...pending, revision: conference.revision + 1 }, event,',
  ),
  one(
    'an older delivery settles a newer change',
    'shared/domain/delivery/settle.ts',
    'if (binding.pending?.revision !== revision || ',
    'if (binding.pending === null || ',
    'a delivery comes back after its change was replaced, and the newer one still waits',
  ),
  {
    name: 'the echo of our own write is taken for a change',
    edits: [
      { file: 'shared/flow/deliver/settle-and-claim.ts', from: 'own?.hashes ?? hashes', to: 'hashes' },
      { file: 'shared/flow/deliver/settle-and-claim.ts', from: 'ownEtag: own.etag', to: 'ownEtag: null' },
    ],
    story: 'the conference system writes to the event, and is not told of it',
  },
  one(
    'a write to an event does not ask whether it is still the same',
    'shared/flow/deliver/write-back.ts',
    'services.google.patch(calendar, id, etag, patch)',
    "services.google.patch(calendar, id, '*', patch)",
  ),
  one(
    'a failed delivery is due at no time',
    'shared/domain/delivery/next-step.ts',
    "return ended({ kind: 'failing', retryAt: situation.retryAt }, conference, situation.retryAt);",
    "return ended({ kind: 'failing', retryAt: situation.retryAt }, conference, null);",
  ),
  one(
    'a change is pending at no time, should its worker die',
    'shared/domain/plan/pend.ts',
    'retryAt: conference.retryAt ?? now + unsentRetryMs',
    'retryAt: conference.retryAt ?? (unsentRetryMs < 0 ? now : null)',
  ),
  one(
    'a revision is the time alone',
    'shared/domain/state/next-revision.ts',
    'return Math.max(revision + 1, Math.floor(now));',
    'return Math.floor(now);',
  ),
  one(
    'a change that replaces a pending one takes over its revision',
    'shared/domain/plan/pend.ts',
    'const revision = nextRevision(conference, now);',
    'const revision = binding.pending?.revision ?? nextRevision(conference, now);',
  ),
  one(
    'what changes while a change is pending goes under',
    'shared/domain/plan/pend.ts',
    'pending.what === what && isEqual(pending.hashes, hashes);',
    'pending.what === what;',
  ),
  one(
    'what was settled just now is sent once more',
    'shared/flow/deliver/settle-and-claim.ts',
    'const binding = pendings.find(({ pending }) => pending?.revision !== judged?.change.data.revision);',
    'const [binding] = pendings;',
  ),
  one(
    'two workers send for one conference at once',
    'shared/flow/deliver/settle-and-claim.ts',
    'isHeldByAnother(stored.sending, terms.owner, now)',
    'isHeldByAnother(null, terms.owner, now)',
  ),
  one(
    'a sender that died is waited for for ever',
    'shared/flow/deliver/settle-and-claim.ts',
    'isHeldByAnother(stored.sending, terms.owner, now)',
    'isHeldByAnother(stored.sending, terms.owner, 0)',
  ),
  one(
    'a change whose event is not at hand is due at no time',
    'shared/domain/delivery/next-step.ts',
    `case 'not-read':
      return ended({ kind: 'left' }, conference, now);`,
    `case 'not-read':
      return ended({ kind: 'left' }, conference, null);`,
  ),
  one(
    'an edit of the event during a write to it is taken for the write',
    'shared/flow/deliver/write-back.ts',
    'return changedFields(hashesOf(planned), hashesOf(present)).length > 0;',
    'return false;',
    'a user changes the event while the conference system writes to it',
  ),
  one(
    "a write to an event undoes a person's edit",
    'shared/flow/deliver/write-back.ts',
    `if (again === null || isEdited(event, again, hashesOf)) return conflict('none');
    const parts = comparePatched(patch, event, again);
    if (parts === 'edited') return conflict('none');`,
    `if (again === null) return conflict('none');
    const parts: string = 'unchanged';`,
    'a user changes the event while the conference system writes to it',
  ),
  one(
    'an admission that comes to nothing is not given back',
    'shared/flow/deliver/call-conferences.ts',
    'if (isAdmitted && !isUsed) breaker.giveBack();',
    '',
  ),
  one(
    'a breaker that has opened stays open',
    'shared/domain/delivery/breaker.ts',
    'return this.#isOpen && !hasPassed(this.#attemptedAt, ATTEMPT_SPACING_MS, now);',
    'return this.#isOpen && now > 0;',
  ),
  one(
    'a page of somebody else is taken for a refusal',
    'shared/adapters/webhook/read-webhook-answer.ts',
    'if (missing !== null) return transient(missing, answer, now);',
    "if (missing !== null) return { kind: 'refused', reason: missing };",
  ),
  one(
    'an event that only ends at another time has not changed',
    'shared/domain/event/event-fields.ts',
    'meaning: ({ end }) => momentOf(end)',
    'meaning: ({ start }) => momentOf(start)',
  ),
  one(
    'of a visibility only counts whether it is public',
    'shared/domain/event/event-fields.ts',
    'visibility: rule({ shown: ({ visibility }) => visibility }),',
    "visibility: rule({ shown: ({ visibility }) => visibility, meaning: ({ visibility }) => visibility === 'public' }),",
  ),
  one(
    'that a conference is restored is over once it was tried',
    'shared/flow/deliver/settle-and-claim.ts',
    "change.type === 'conference.updated' && change.data.restored === true && outcome.kind === 'done';",
    "change.type === 'conference.updated' && change.data.restored === true;",
    'a meeting comes back after its conference has ended, and the conference system fails at first',
  ),
  one(
    'fields of a change that is replaced are not named again',
    'shared/domain/plan/pend.ts',
    'const changed = stillNamed(pending, changedFields(delivered, hashes));',
    'const changed = changedFields(delivered, hashes);',
  ),
];
