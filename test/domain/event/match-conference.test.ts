import { describe, expect, test } from '@jest/globals';
import { type ConferenceMatchers, ourConferenceOn } from '../../../shared/domain/event/match-conference.ts';
import { conferenceKeyOf } from '../../../shared/domain/ids.ts';
import { type Item, live, meeting, ours } from '../build.ts';

const NONE: ConferenceMatchers = { solutionNames: [], entryPointHosts: [], parameterKeys: [] };

function eventWith(conferenceData: Item, ...more: readonly Item[]) {
  return live(meeting('m', { conferenceData: { conferenceId: 'c', ...conferenceData } }, ...more));
}

function named(name: string): Item {
  return { conferenceSolution: { key: { type: 'addOn' }, name } };
}

function hosted(...uris: readonly string[]): Item {
  return { entryPoints: uris.map((uri) => ({ entryPointType: 'video', uri })) };
}

function withParameters(parameters: Item): Item {
  return { parameters: { addOnParameters: { parameters } } };
}

describe('a conference is ours', () => {
  test.each<[string, Item, Partial<ConferenceMatchers>]>([
    ['by its solution name', named('My Web Conference'), { solutionNames: ['Other', 'My Web Conference'] }],
    [
      'by the host of an entry point',
      hosted('tel:+1 234', 'https://vendor.example/x'),
      { entryPointHosts: ['vendor.example'] },
    ],
    ['by a host below ours', hosted('https://eu.meet.vendor.example/x'), { entryPointHosts: ['vendor.example'] }],
    ['by a host in another letter case', hosted('HTTPS://Vendor.EXAMPLE/x'), { entryPointHosts: ['vendor.example'] }],
    [
      'by a host that Google wrapped in a redirect',
      hosted('https://www.google.com/url?q=https://vendor.example/x'),
      { entryPointHosts: ['vendor.example'] },
    ],
    ['by an add-on parameter', withParameters({ room: '7' }), { parameterKeys: ['room'] }],
    ['by an empty add-on parameter', withParameters({ room: '' }), { parameterKeys: ['room'] }],
  ])('%s', (_, conferenceData, matchers) => {
    expect(ourConferenceOn(eventWith(conferenceData), { ...NONE, ...matchers })).toBe('c');
    expect(ourConferenceOn(eventWith(conferenceData), NONE)).toBeNull();
  });

  test('by an id that is known for the event, and by no other', () => {
    const event = eventWith(named('Renamed by its vendor'));
    expect(ourConferenceOn(event, NONE, [conferenceKeyOf('b'), conferenceKeyOf('c')])).toBe('c');
    expect(ourConferenceOn(event, NONE, [conferenceKeyOf('b')])).toBeNull();
  });
});

describe('a conference is not ours', () => {
  test.each<[string, Item, Partial<ConferenceMatchers>]>([
    ['by a name in another letter case', named('my web conference'), { solutionNames: ['My Web Conference'] }],
    ['by a part of the name', named('My Web Conference Pro'), { solutionNames: ['My Web Conference'] }],
    ['by a host that only ends alike', hosted('https://notvendor.example/x'), { entryPointHosts: ['vendor.example'] }],
    [
      'by a host that only begins alike',
      hosted('https://vendor.example.evil.example/x'),
      { entryPointHosts: ['vendor.example'] },
    ],
    [
      'by a path or a user name',
      hosted('https://evil.example/vendor.example', 'https://vendor.example@evil.example/'),
      { entryPointHosts: ['vendor.example'] },
    ],
    [
      'by a telephone number',
      hosted('tel:vendor.example', 'sip:x@vendor.example'),
      { entryPointHosts: ['vendor.example'] },
    ],
    [
      'by a parameter that every object has',
      withParameters({ room: '7' }),
      { parameterKeys: ['constructor', '__proto__'] },
    ],
    ['by its type', { conferenceSolution: { key: { type: 'addOn' } } }, { solutionNames: ['addOn'] }],
  ])('%s', (_, conferenceData, matchers) => {
    expect(ourConferenceOn(eventWith(conferenceData), { ...NONE, ...matchers })).toBeNull();
  });

  test('without an id', () => {
    const event = live(meeting('m', { conferenceData: named('My Web Conference') }));
    expect(ourConferenceOn(event, { ...NONE, solutionNames: ['My Web Conference'] })).toBeNull();
  });

  test('on an event that Google generates', () => {
    const event = live(meeting('m', ours('c'), { eventType: 'focusTime' }));
    expect(ourConferenceOn(event, { ...NONE, solutionNames: ['My Web Conference'] })).toBeNull();
  });
});
