import { describe, expect, test } from '@jest/globals';
import type { BehaviourRule } from '../../../sandbox/conference/behaviour.ts';
import { MalformedBehaviour, readBehaviour } from '../../../sandbox/conference/read-behaviour.ts';
import { SimulatedConferences } from '../../../sandbox/conference/simulated-conferences.ts';
import { SECRET, signed, updated } from './signed.ts';

function told(...rules: BehaviourRule[]): SimulatedConferences {
  const conferences = new SimulatedConferences({ secrets: [SECRET], now: () => 0 });
  conferences.setBehaviour(rules);
  return conferences;
}

describe('a system told to', () => {
  const refusals: [string, BehaviourRule, object][] = [
    ['fail', { kind: 'fail', status: 503 }, { status: 503, delivery: { kind: 'at_once' } }],
    [
      'fail and say when to come again',
      { kind: 'fail', status: 429, retryAfter: 7 },
      { status: 429, headers: { 'retry-after': '7' } },
    ],
    ['hang', { kind: 'hang' }, { delivery: { kind: 'never' } }],
    ['reject', { kind: 'reject', status: 422 }, { status: 422, body: '{"error":"rejected"}' }],
    [
      'show a page',
      { kind: 'html', status: 200 },
      { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: expect.stringContaining('<html>') },
    ],
    [
      'redirect',
      { kind: 'redirect', status: 307, location: 'http://169.254.169.254/' },
      { status: 307, headers: { location: 'http://169.254.169.254/' } },
    ],
    ['be gone', { kind: 'gone' }, { status: 410, body: '', headers: {} }],
    ['know no conference', { kind: 'conference_not_found' }, { status: 404, body: '{"error":"conference_not_found"}' }],
  ];
  test.each(refusals)('%s does so and applies nothing', (_name, rule, answer) => {
    const conferences = told(rule);
    expect(conferences.receive(signed(updated(1)))).toMatchObject(answer);
    expect(conferences.list()).toEqual([]);
    expect(conferences.counts()).toMatchObject({ received: 1, refused: 1 });
  });

  test('fail applies the very same delivery once it has recovered', () => {
    const conferences = told({ kind: 'fail', status: 500, next: 2 });
    const delivery = signed(updated(1));
    expect([1, 2, 3].map(() => conferences.receive(delivery).status)).toEqual([500, 500, 200]);
    expect(conferences.get('c-1')?.updates).toBe(1);
    expect(conferences.behaviour()).toEqual([]);
  });

  test('slow down applies at once and answers later', () => {
    const conferences = told({ kind: 'slow', delayMs: 2500 });
    expect(conferences.receive(signed(updated(1)))).toMatchObject({
      status: 200,
      delivery: { kind: 'late', delayMs: 2500 },
    });
    expect(conferences.list()).toHaveLength(1);
  });

  test('slow down and fail does both', () => {
    const conferences = told({ kind: 'slow', delayMs: 100 }, { kind: 'fail', status: 502 });
    expect(conferences.receive(signed(updated(1)))).toMatchObject({
      status: 502,
      delivery: { kind: 'late', delayMs: 100 },
    });
  });

  test('answer with a patch applies the change and asks for the patch, of a repetition too', () => {
    const eventPatch = { description: 'Join at https://conference.example.com/c-1' };
    const conferences = told({ kind: 'event_patch', eventPatch });
    for (const result of ['applied', 'repeated']) {
      const answer = conferences.receive(signed(updated(1)));
      expect(JSON.parse(answer.body)).toEqual({ result, eventPatch });
    }
    expect(conferences.get('c-1')?.updates).toBe(1);
  });

  test('time out after success has applied the change, and drops the repetition', () => {
    const conferences = told({ kind: 'time_out_after_success', next: 1 });
    expect(conferences.receive(signed(updated(1))).delivery).toEqual({ kind: 'never' });
    expect(conferences.list()).toHaveLength(1);
    expect(conferences.receive(signed(updated(1)))).toMatchObject({ status: 200, body: '{"result":"repeated"}' });
  });

  test('misbehave for one conference serves the others, and their deliveries use up nothing', () => {
    const conferences = told({ kind: 'reject', status: 400, conferenceId: 'c-2', next: 1 });
    expect(conferences.receive(signed(updated(1))).status).toBe(200);
    expect(conferences.receive(signed(updated(1, {}, { conferenceId: 'c-2' }))).status).toBe(400);
    expect(conferences.receive(signed(updated(1, {}, { conferenceId: 'c-2' }))).status).toBe(200);
  });

  test('misbehave still refuses a forged delivery first, which uses up nothing', () => {
    const conferences = told({ kind: 'fail', status: 500, next: 1 });
    expect(conferences.receive({ headers: {}, body: '{}' }).status).toBe(401);
    expect(conferences.behaviour()).toEqual([{ kind: 'fail', status: 500, next: 1 }]);
  });
});

test('the first matching rule decides, and what it leaves unused stays', () => {
  const conferences = told({ kind: 'gone', next: 1 }, { kind: 'fail', status: 500, next: 1 });
  expect([1, 2, 3].map((n) => conferences.receive(signed(updated(n))).status)).toEqual([410, 500, 200]);
});

describe('rules read from JSON', () => {
  test('may be one rule, a list, or wrapped, and fill in the usual values', () => {
    expect(readBehaviour({ kind: 'fail' })).toEqual([{ kind: 'fail', status: 503 }]);
    expect(readBehaviour([{ kind: 'html' }, { kind: 'reject', next: 3 }])).toEqual([
      { kind: 'html', status: 200 },
      { kind: 'reject', status: 422, next: 3 },
    ]);
    expect(readBehaviour({ rules: [] })).toEqual([]);
  });

  test('come out as they went in', () => {
    const rules: BehaviourRule[] = [
      { kind: 'fail', status: 429, retryAfter: 'Wed, 20 Jan 2027 09:00:00 GMT', next: 2 },
      { kind: 'slow', delayMs: 10 },
      { kind: 'hang', conferenceId: 'c-1' },
      { kind: 'reject', status: 400 },
      { kind: 'html', status: 502 },
      { kind: 'redirect', status: 301, location: '/elsewhere' },
      { kind: 'gone' },
      { kind: 'conference_not_found' },
      { kind: 'event_patch', eventPatch: { summary: 'New' }, conferenceId: 'c-1' },
      { kind: 'time_out_after_success' },
    ];
    expect(readBehaviour(JSON.parse(JSON.stringify({ rules })))).toEqual(rules);
  });

  const broken: [unknown, string][] = [
    [null, 'rule 1 is not an object'],
    [{ kind: 'explode' }, 'kind is none of'],
    [{ kind: '__proto__' }, 'kind is none of'],
    [[{ kind: 'gone' }, { kind: 'fail', status: 200 }], 'rule 2: status'],
    [{ kind: 'fail', retryAfter: '1\r\nx: y' }, 'retryAfter'],
    [{ kind: 'fail', retryAfter: -1 }, 'retryAfter'],
    [{ kind: 'slow' }, 'delayMs'],
    [{ kind: 'slow', delayMs: 1e12 }, 'delayMs'],
    [{ kind: 'redirect', location: 'a\nb' }, 'location'],
    [{ kind: 'event_patch', eventPatch: [] }, 'eventPatch'],
    [{ kind: 'gone', next: 0 }, 'next'],
    [{ kind: 'gone', conferenceId: 4 }, 'conferenceId'],
    [{ rules: 'none' }, 'rule 1'],
    [Array.from({ length: 1001 }, () => ({ kind: 'gone' })), 'more than 1000'],
  ];
  test.each(broken)('%j are refused with the place', (json, words) => {
    expect(() => readBehaviour(json)).toThrow(MalformedBehaviour);
    expect(() => readBehaviour(json)).toThrow(words);
  });
});
