/**
 * The series of requests that a real calendar and the simulator are both asked. `{name}` in a request stands for what an earlier answer
 * of the same side gave. All events are far ahead, without guests, and marked, so that nobody is told of them.
 */

/** One request of the series. */
export interface Step {
  /** What is tried, for people; unique. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/calendar/v3/`, with its query. */
  readonly path: string;
  readonly ifMatch?: string;
  readonly body?: object;
  /** Members of the answer that later requests name: the name, and where it is. */
  readonly keep?: Readonly<Record<string, string>>;
}

const CALENDAR = 'calendars/{calendar}';
const EVENTS = `${CALENDAR}/events`;
const MARK = { extendedProperties: { private: { comparison: 'yes' } } };
const MARKED = 'privateExtendedProperty=comparison%3Dyes';
const at = (time: string, timeZone = 'Europe/Berlin') => ({ dateTime: `2031-03-03T${time}`, timeZone });
const TIMES = { start: at('10:00:00'), end: at('11:00:00') };
const MEETING = { summary: 'Comparison', ...TIMES, ...MARK };

/** Comes first: whether the calendar can be read at all. */
export const FIRST: Step = { name: 'read the calendar', method: 'GET', path: CALENDAR };

/** See the file's head. */
export const SERIES: readonly Step[] = [
  FIRST,
  { name: 'read its entry in the list of calendars', method: 'GET', path: 'users/me/calendarList/{calendar}' },
  { name: 'read the colours', method: 'GET', path: 'colors' },
  { name: 'list, the calendar being empty', method: 'GET', path: EVENTS, keep: { token: 'nextSyncToken' } },

  {
    name: 'make a meeting',
    method: 'POST',
    path: EVENTS,
    body: MEETING,
    keep: { meeting: 'id', etag: 'etag' },
  },
  { name: 'read the meeting', method: 'GET', path: `${EVENTS}/{meeting}` },
  { name: 'read it in another zone', method: 'GET', path: `${EVENTS}/{meeting}?timeZone=Asia/Tokyo` },
  { name: 'read some of its fields', method: 'GET', path: `${EVENTS}/{meeting}?fields=id,start(dateTime)` },
  { name: 'rename it', method: 'PATCH', path: `${EVENTS}/{meeting}`, body: { summary: 'Other' }, ifMatch: '{etag}' },
  { name: 'rename an old version', method: 'PATCH', path: `${EVENTS}/{meeting}`, body: {}, ifMatch: '{etag}' },
  {
    name: 'move it to another hour',
    method: 'PATCH',
    path: `${EVENTS}/{meeting}`,
    body: { start: at('12:00:00+09:00', 'Asia/Tokyo'), end: at('13:00:00+09:00', 'Asia/Tokyo') },
  },
  { name: 'put it anew', method: 'PUT', path: `${EVENTS}/{meeting}`, body: { ...MEETING, location: 'Room 1' } },
  {
    name: 'make a day',
    method: 'POST',
    path: EVENTS,
    body: { ...MARK, start: { date: '2031-03-04' }, end: { date: '2031-03-05' }, transparency: 'transparent' },
    keep: { day: 'id' },
  },

  {
    name: 'make a series',
    method: 'POST',
    path: EVENTS,
    body: { ...MEETING, recurrence: ['RRULE:FREQ=DAILY;COUNT=5', 'EXDATE;TZID=Europe/Berlin:20310306T100000'] },
    keep: { series: 'id' },
  },
  { name: 'list its occurrences', method: 'GET', path: `${EVENTS}/{series}/instances` },
  { name: 'list two of them', method: 'GET', path: `${EVENTS}/{series}/instances?maxResults=2` },
  {
    name: 'rename one occurrence',
    method: 'PATCH',
    path: `${EVENTS}/{series}_20310304T090000Z`,
    body: { summary: 'Other' },
  },
  { name: 'delete one occurrence', method: 'DELETE', path: `${EVENTS}/{series}_20310305T090000Z` },
  { name: 'list what changed', method: 'GET', path: `${EVENTS}?syncToken={token}`, keep: { token: 'nextSyncToken' } },
  { name: 'list the marked events', method: 'GET', path: `${EVENTS}?${MARKED}` },
  {
    name: 'list a page',
    method: 'GET',
    path: `${EVENTS}?${MARKED}&maxResults=1`,
    keep: { page: 'nextPageToken' },
  },
  { name: 'list the next page', method: 'GET', path: `${EVENTS}?${MARKED}&maxResults=1&pageToken={page}` },
  {
    name: 'list each occurrence by itself',
    method: 'GET',
    path: `${EVENTS}?singleEvents=true&orderBy=startTime&timeMin=2031-03-01T00:00:00Z&timeMax=2031-03-10T00:00:00Z`,
  },
  {
    name: 'ask when the calendar is busy',
    method: 'POST',
    path: 'freeBusy',
    body: { timeMin: '2031-03-01T00:00:00Z', timeMax: '2031-03-10T00:00:00Z', items: [{ id: '{calendar}' }] },
  },

  { name: 'delete the meeting', method: 'DELETE', path: `${EVENTS}/{meeting}` },
  { name: 'read the deleted meeting', method: 'GET', path: `${EVENTS}/{meeting}` },
  { name: 'delete it again', method: 'DELETE', path: `${EVENTS}/{meeting}` },
  { name: 'delete the series', method: 'DELETE', path: `${EVENTS}/{series}` },
  { name: 'delete the day', method: 'DELETE', path: `${EVENTS}/{day}` },
  { name: 'list what was deleted', method: 'GET', path: `${EVENTS}?syncToken={token}` },

  { name: 'read an event that is not there', method: 'GET', path: `${EVENTS}/comparison00nothing` },
  { name: 'make an event without a start', method: 'POST', path: EVENTS, body: { end: TIMES.end } },
  { name: 'make an event without an end', method: 'POST', path: EVENTS, body: { start: TIMES.start } },
  { name: 'end before the start', method: 'POST', path: EVENTS, body: { start: TIMES.end, end: TIMES.start } },
  { name: 'end at the start', method: 'POST', path: EVENTS, body: { ...MARK, start: TIMES.start, end: TIMES.start } },
  {
    name: 'a date and a time',
    method: 'POST',
    path: EVENTS,
    body: { start: { date: '2031-03-04' }, end: TIMES.end },
  },
  {
    name: 'a zone that is none',
    method: 'POST',
    path: EVENTS,
    body: { start: at('10:00:00', 'Nowhere/Land'), end: at('11:00:00', 'Nowhere/Land') },
  },
  { name: 'a rule that is none', method: 'POST', path: EVENTS, body: { ...MEETING, recurrence: ['RRULE:FREQ=NOW'] } },
  { name: 'an id that cannot be', method: 'POST', path: EVENTS, body: { ...MEETING, id: 'NO' } },
  { name: 'an id that is taken', method: 'POST', path: EVENTS, body: { ...MEETING, id: '{series}' } },
  { name: 'a status that is none', method: 'POST', path: EVENTS, body: { ...MEETING, status: 'perhaps' } },
  { name: 'quick add without a text', method: 'POST', path: `${EVENTS}/quickAdd` },
  { name: 'a sync token that is none', method: 'GET', path: `${EVENTS}?syncToken=none` },
  { name: 'a page token that is none', method: 'GET', path: `${EVENTS}?pageToken=none` },
  {
    name: 'a sync token with a restriction',
    method: 'GET',
    path: `${EVENTS}?syncToken={token}&timeMin=2031-03-01T00:00:00Z`,
  },
  { name: 'order by start without single events', method: 'GET', path: `${EVENTS}?orderBy=startTime` },
  { name: 'no results at all', method: 'GET', path: `${EVENTS}?maxResults=0` },
  { name: 'a time without an offset', method: 'GET', path: `${EVENTS}?timeMin=2031-03-01T00:00:00` },
  { name: 'an empty span', method: 'GET', path: `${EVENTS}?timeMin=2031-03-02T00:00:00Z&timeMax=2031-03-01T00:00:00Z` },
  { name: 'a parameter that is none', method: 'GET', path: `${EVENTS}?comparison=yes` },
  { name: 'a calendar that is not there', method: 'GET', path: 'calendars/comparison-nobody%40example.com/events' },
  {
    name: 'stop a channel that is not there',
    method: 'POST',
    path: 'channels/stop',
    body: { id: 'x', resourceId: 'y' },
  },
];
