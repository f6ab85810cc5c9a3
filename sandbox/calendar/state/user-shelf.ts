/** What a user has for himself: his list of calendars, and what watches it and his settings. */
import { SmallCollection } from './small-collection.ts';
import { resourceIdOf, type Watched } from './watched.ts';

/** See the head of this file. */
export class UserShelf {
  /** By calendar: what he has set about it. */
  readonly list = new SmallCollection();
  readonly settings = new SmallCollection();
  readonly watchedList: Watched;
  readonly watchedSettings: Watched;

  constructor(user: string) {
    const watched = { id: user, isPushSupported: true, hears: (other: string) => other === user };
    this.watchedList = { ...watched, resourceId: resourceIdOf(user, 'calendarList') };
    this.watchedSettings = { ...watched, resourceId: resourceIdOf(user, 'settings') };
  }
}
