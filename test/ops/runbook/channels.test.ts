/** See plays/channels.ts. */
import { playRoom } from './play-room.ts';
import { CHANNELS } from './plays/channels.ts';

playRoom('channels', CHANNELS);
