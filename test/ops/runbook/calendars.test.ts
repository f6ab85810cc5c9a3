/** See plays/calendars.ts. */
import { playRoom } from './play-room.ts';
import { CALENDARS } from './plays/calendars.ts';

playRoom('calendars', CALENDARS);
