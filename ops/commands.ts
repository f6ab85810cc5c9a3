/** The table of all commands, in the order of the help. */
import { type Command, command, offlineCommand } from './cli/command.ts';
import * as calendarsAdd from './commands/calendars-add.ts';
import * as calendarsList from './commands/calendars-list.ts';
import * as calendarsPause from './commands/calendars-pause.ts';
import * as calendarsRemove from './commands/calendars-remove.ts';
import * as calendarsResume from './commands/calendars-resume.ts';
import * as calendarsShow from './commands/calendars-show.ts';
import * as channelsList from './commands/channels-list.ts';
import * as channelsRenew from './commands/channels-renew.ts';
import { completionCommand } from './commands/completion.ts';
import * as connectionsDropSecrets from './commands/connections-drop-secrets.ts';
import * as connectionsImport from './commands/connections-import.ts';
import * as connectionsList from './commands/connections-list.ts';
import * as connectionsRemove from './commands/connections-remove.ts';
import * as connectionsShow from './commands/connections-show.ts';
import * as deadLettersDrop from './commands/dead-letters-drop.ts';
import * as deadLettersList from './commands/dead-letters-list.ts';
import * as deadLettersReplay from './commands/dead-letters-replay.ts';
import * as deadLettersShow from './commands/dead-letters-show.ts';
import * as deliveriesList from './commands/deliveries-list.ts';
import * as doctor from './commands/doctor.ts';
import * as failuresList from './commands/failures-list.ts';
import * as failuresRetry from './commands/failures-retry.ts';
import * as failuresShow from './commands/failures-show.ts';
import * as replay from './commands/replay.ts';
import * as status from './commands/status.ts';
import * as sync from './commands/sync.ts';
import * as version from './commands/version.ts';
import * as webhookTest from './commands/webhook-test.ts';
import * as webhookTrigger from './commands/webhook-trigger.ts';

/** See the file's head. */
export const COMMANDS: readonly Command[] = [
  command(status),
  command(doctor),
  command(calendarsList),
  command(calendarsShow),
  command(calendarsAdd),
  command(calendarsRemove),
  command(calendarsPause),
  command(calendarsResume),
  command(sync),
  command(channelsList),
  command(channelsRenew),
  command(connectionsList),
  command(connectionsShow),
  command(connectionsRemove),
  command(connectionsImport),
  command(connectionsDropSecrets),
  command(deliveriesList),
  command(failuresList),
  command(failuresShow),
  command(failuresRetry),
  command(deadLettersList),
  command(deadLettersShow),
  command(deadLettersReplay),
  command(deadLettersDrop),
  command(replay),
  offlineCommand(webhookTest),
  offlineCommand(webhookTrigger),
  completionCommand(() => COMMANDS),
  offlineCommand(version),
];
