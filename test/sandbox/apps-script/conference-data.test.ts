/** The limits of ConferenceDataService, each at its edge. */
import { expect, test } from '@jest/globals';
import { ConferenceDataService } from '../../../sandbox/apps-script/conference-data.ts';

const { EntryPointType, EntryPointFeature, ConferenceErrorType } = ConferenceDataService;
const video = () =>
  ConferenceDataService.newEntryPoint().setEntryPointType(EntryPointType.VIDEO).setUri('https://m.example.com/1');
const builder = () =>
  ConferenceDataService.newConferenceDataBuilder().setConferenceSolutionId('s').addEntryPoint(video());

test.each<[string, number, (value: string) => unknown]>([
  ['conferenceId', 512, (value) => builder().setConferenceId(value)],
  ['notes', 2_048, (value) => builder().setNotes(value)],
  ['uri', 1_300, (value) => video().setUri(value)],
  ['pin', 128, (value) => video().setPin(value)],
  ['password', 128, (value) => video().setPassword(value)],
  ['key', 50, (value) => ConferenceDataService.newConferenceParameter().setKey(value)],
  ['value', 1_024, (value) => ConferenceDataService.newConferenceParameter().setValue(value)],
])('%s has at most %i characters', (_, max, set) => {
  expect(() => set('x'.repeat(max))).not.toThrow();
  expect(() => set('x'.repeat(max + 1))).toThrow(`longer than ${max}`);
});

test('300 parameters and no more', () => {
  const full = builder();
  const add = (n: number) =>
    full.addConferenceParameter(ConferenceDataService.newConferenceParameter().setKey(`k${n}`).setValue('v'));
  for (let n = 0; n < 300; n++) add(n);
  expect(() => add(300)).toThrow('More than 300');
});

test('a conference has one video link, and more than only further instructions', () => {
  expect(() => builder().addEntryPoint(video()).build()).toThrow('More than one video');
  const more = ConferenceDataService.newEntryPoint()
    .setEntryPointType(EntryPointType.MORE)
    .setUri('https://m.example.com');
  const only = ConferenceDataService.newConferenceDataBuilder().setConferenceSolutionId('s').addEntryPoint(more);
  expect(() => only.build()).toThrow('other than more');
});

test('a solution must be named, and a toll is a matter of telephones', () => {
  expect(() => ConferenceDataService.newConferenceDataBuilder().addEntryPoint(video()).build()).toThrow('must be set');
  expect(() => video().addFeature(EntryPointFeature.TOLL)).toThrow('phone');
});

test('a login has an address', () => {
  const error = ConferenceDataService.newConferenceError().setConferenceErrorType(ConferenceErrorType.AUTHENTICATION);
  const failed = () => ConferenceDataService.newConferenceDataBuilder().setError(error).build();
  expect(failed).toThrow('authentication URL');
  expect(() => error.setAuthenticationUrl('ftp://example.com')).toThrow('Not a valid');
  error.setAuthenticationUrl('https://example.com/login');
  expect(JSON.parse(failed().printJson()).error.authenticationUrl).toBe('https://example.com/login');
});
