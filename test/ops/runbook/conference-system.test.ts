/** See plays/conference-system.ts. */
import { playRoom } from './play-room.ts';
import { CONFERENCE_SYSTEM } from './plays/conference-system.ts';

playRoom('the conference system', CONFERENCE_SYSTEM);
