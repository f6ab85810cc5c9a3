/** See plays/queue.ts. */
import { playRoom } from './play-room.ts';
import { QUEUE } from './plays/queue.ts';

playRoom('the queue', QUEUE);
