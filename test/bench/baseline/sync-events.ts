/**
 * Google's Apps Script recipe "Sync calendar conference changes", ported to a function over `googleapis`
 * (https://developers.google.com/workspace/add-ons/calendar/conferencing/sync-calendar-changes). README.md beside this file lists what
 * was repaired. It is a baseline: its weaknesses are the point.
 */
import type { calendar_v3 } from 'googleapis';

/** `PropertiesService.getUserProperties()`. */
export interface UserProperties {
  getProperty(name: string): Promise<string | null>;
  setProperty(name: string, value: string): Promise<void>;
  deleteProperty(name: string): Promise<void>;
}

/** The functions of the third-party service that the recipe leaves open. */
export interface ConferenceService {
  update(event: calendar_v3.Schema$Event, conferenceId: string): Promise<void>;
  remove(conferenceId: string): Promise<void>;
}

/** What Apps Script has as globals. */
export interface Recipe {
  readonly api: calendar_v3.Calendar;
  readonly properties: UserProperties;
  readonly conferences: ConferenceService;
}

const OUR_SOLUTIONS = ['My Web Conference', 'My Recorded Web Conference'];

/** The trigger's function: lists what changed in the calendar and tells the conference service. @throws whatever fails */
export async function syncEvents(recipe: Recipe, calendarId: string): Promise<void> {
  const { api, properties, conferences } = recipe;
  const syncToken = await properties.getProperty('syncToken');
  const options: calendar_v3.Params$Resource$Events$List =
    syncToken !== null ? { calendarId, syncToken } : { calendarId, maxResults: 50 };
  let events: calendar_v3.Schema$Events;
  let pageToken: string | null | undefined;
  do {
    try {
      events = (await api.events.list({ ...options, ...(pageToken != null && { pageToken }) })).data;
    } catch (error) {
      if (!isTokenInvalid(error)) throw error;
      await properties.deleteProperty('syncToken');
      await syncEvents(recipe, calendarId);
      return;
    }
    for (const event of events.items ?? []) {
      if (eventHasConference(event))
        await updateConference(conferences, event, event.conferenceData?.conferenceId ?? '');
    }
    pageToken = events.nextPageToken;
  } while (pageToken != null);
  if (events.nextSyncToken != null) await properties.setProperty('syncToken', events.nextSyncToken);
}

function isTokenInvalid(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('Sync token is no longer valid, a full sync is required.');
}

function eventHasConference(event: calendar_v3.Schema$Event): boolean {
  return OUR_SOLUTIONS.includes(event.conferenceData?.conferenceSolution?.name ?? '');
}

async function updateConference(
  conferences: ConferenceService,
  event: calendar_v3.Schema$Event,
  conferenceId: string,
): Promise<void> {
  const isCancelled = event.status === 'cancelled';
  if (isCancelled || !eventHasConference(event)) await conferences.remove(conferenceId);
  else await conferences.update(event, conferenceId);
}
