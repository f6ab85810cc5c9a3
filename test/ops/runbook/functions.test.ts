/** See plays/functions.ts. */
import { playRoom } from './play-room.ts';
import { FUNCTIONS } from './plays/functions.ts';

playRoom('functions and database', FUNCTIONS);
