/** Times that the documents name in words: each is what the constant or the default says, so that none is forgotten where that changes. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { TIMEOUT_MS } from '../../shared/adapters/webhook/send-webhook.ts';
import { SETTINGS } from '../../shared/config/settings.ts';
import { TICKET_MS } from '../../shared/domain/connection/ticket.ts';
import {
  ANNOUNCEMENT_MS,
  ATTEMPT_SPACING_MS,
  DELIVERY_GIVE_UP_MS,
  DOUBT_MS,
  FORGET_AFTER_MS,
  LEAD_KEPT_MS,
  LOOK_ELSEWHERE_MAX_MS,
  NOT_FOUND_MS,
} from '../../shared/domain/limits.ts';

const DOCS = resolve(import.meta.dirname, '../../docs');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NUMBERS = ['no', 'a', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

/** `two minutes`, `an hour`, `30 days`. */
function inWords(ms: number): string {
  const units = [
    [DAY, 'day'],
    [HOUR, 'hour'],
    [MINUTE, 'minute'],
    [1_000, 'second'],
  ] as const;
  const [length, unit] = units.find(([least]) => ms >= least) ?? [1, 'millisecond'];
  const count = ms / length;
  if (count === 1) return unit === 'hour' ? 'an hour' : `a ${unit}`;
  return `${NUMBERS[count] ?? count} ${unit}s`;
}

/** TIME stands for the time in words. */
const SENTENCES: Readonly<Record<string, readonly [ms: number, sentences: readonly (readonly [string, string])[]]>> = {
  LEASE_SECONDS: [
    Number(SETTINGS.LEASE_SECONDS.fallback) * 1_000,
    [
      ['runbook.md', 'is taken up when its lease ends, after TIME'],
      ['runbook.md', 'A worker that died holds it for TIME'],
      ['runbook.md', 'Further away than TIME'],
    ],
  ],
  NOT_FOUND_MS: [
    NOT_FOUND_MS,
    [
      ['webhook.md', 'It has said so for TIME'],
      ['semantics.md', 'not shown it for TIME'],
    ],
  ],
  DELIVERY_GIVE_UP_DAYS: [
    DELIVERY_GIVE_UP_MS,
    [
      ['configuration.md', 'the last repeats, for TIME.'],
      ['webhook.md', '60 minutes and every hour, for TIME.'],
      ['webhook.md', 'tried again like a 503, for TIME, and on-call is told to compare'],
      ['webhook.md', 'tried again like a 503, for TIME, and on-call is told |'],
      ['webhook.md', 'Nothing is dropped before TIME are over'],
      ['module.md', '60 minutes and every hour, for TIME.'],
      ['semantics.md', '`DELIVERY_RETRY_SECONDS`, TIME at most'],
      ['connect.md', 'TIME at the most'],
      ['runbook.md', 'given up after TIME:'],
      ['runbook.md', 'let it stand for TIME:'],
      ['runbook.md', 'at least every hour, for TIME.'],
      ['runbook.md', 'or failed at them for TIME.'],
    ],
  ],
  FORGET_AFTER_MS: [
    FORGET_AFTER_MS,
    [
      ['webhook.md', 'forgotten the conference (TIME after its end)'],
      ['webhook.md', 'ended there in the last TIME.'],
      ['semantics.md', 'until TIME after the series has lost its conference'],
      ['semantics.md', 'a conference that was forgotten, TIME after its end'],
      ['semantics.md', 'a person has TIME to ask'],
      ['connect.md', 'keep their id and revision for TIME'],
      ['migrate.md', 'what ended in the last TIME.'],
      ['runbook.md', 'on the calendar in the last TIME'],
    ],
  ],
  ANNOUNCEMENT_MS: [
    ANNOUNCEMENT_MS,
    [
      ['add-on.md', 'does not appear within TIME is cancelled'],
      ['semantics.md', 'announced a conference leads it for TIME,'],
      ['glossary.md', 'It waits for that event for TIME.'],
    ],
  ],
  LEAD_KEPT_MS: [
    LEAD_KEPT_MS,
    [
      ['semantics.md', 'disconnected or unreachable for TIME hands its lead on'],
      ['glossary.md', 'out of reach for TIME:'],
    ],
  ],
  DOUBT_MS: [
    DOUBT_MS,
    [
      ['semantics.md', 'once more TIME after it was first seen so'],
      ['semantics.md', 'until TIME after the orphan was first seen'],
    ],
  ],
  LOOK_ELSEWHERE_MAX_MS: [LOOK_ELSEWHERE_MAX_MS, [['semantics.md', 'and then for TIME at most']]],
  TIMEOUT_MS: [
    TIMEOUT_MS,
    [
      ['webhook.md', 'Answer within TIME.'],
      ['module.md', 'does not end within TIME'],
    ],
  ],
  ATTEMPT_SPACING_MS: [
    ATTEMPT_SPACING_MS,
    [
      ['webhook.md', 'One attempt in TIME, at most, finds out when you are back'],
      ['webhook.md', 'one attempt in TIME from each instance'],
      ['decisions/0007-breaker-lives-in-a-process.md', 'then tries once in TIME'],
    ],
  ],
  TICKET_MS: [
    TICKET_MS,
    [
      ['add-on.md', 'It is good for TIME, so make it then'],
      ['openapi.json', 'It is good for TIME, and for one connection'],
      ['connect.md', 'it is good for TIME.'],
      ['connect.md', 'is sealed, good for TIME,'],
    ],
  ],
};

describe.each(Object.entries(SENTENCES))('%s', (_, [ms, sentences]) => {
  test.each(sentences)('in %s: %s', (page, sentence) => {
    const text = readFileSync(resolve(DOCS, page), 'utf8').replaceAll(/\s+/g, ' ');
    expect(text).toContain(sentence.replace('TIME', inWords(ms)));
  });
});
