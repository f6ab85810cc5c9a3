/** A simulated Google Calendar to test against: `start()` and what it takes and gives. */
export type { FaultRule } from '../../sandbox/calendar/faults/fault-rules.ts';
export type { SimulatedCalendar } from '../../sandbox/calendar/simulated-calendar.ts';
export type { OAuthClient, SimulatedOAuth } from '../../sandbox/oauth/simulated-oauth.ts';
export type { Clock } from './clock.ts';
export type { LoggedRequest } from './request-log.ts';
export { MalformedSeed, type Seed, type SeedCalendar } from './seed.ts';
export type { SeenCalendar } from './simulation.ts';
export { type Simulator, type StartOptions, start } from './start.ts';
