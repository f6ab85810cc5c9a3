/**
 * Whoever is on call: types confsync with the operator's roles and no others, without any secret of the functions, and answers its questions
 * with yes. The program runs in this process, over its own adapters; only what Google Cloud alone could say is put in.
 */
import { plain } from '../../../ops/cli/paint.ts';
import { runProgram } from '../../../ops/cli/program.ts';
import type { Screen } from '../../../ops/cli/screen.ts';
import { COMMANDS } from '../../../ops/commands.ts';
import { type OpenedServices, openServices } from '../../../ops/open-services.ts';
import { OwnAccountRefused } from '../../../shared/domain/errors.ts';
import type { GoogleCalendar } from '../../../shared/domain/ports.ts';
import type { EmulatedWorld, Ran } from '../emulated-world.ts';
import { type CloudFacts, inCloud, soundFacts } from './cloud-facts.ts';
import { GRANTS_OF_OPERATORS, PubSubGate } from './pubsub-gate.ts';

/** Roles on the project that the Terraform module grants to `operators`; test/terraform/policy.test.ts holds them against the plan. */
export const ROLES_OF_OPERATORS = ['roles/datastore.user', 'roles/monitoring.viewer', 'roles/cloudscheduler.viewer'];
/** What "Before you begin" names for looking further. */
export const VIEWERS = [
  'roles/pubsub.viewer',
  'roles/cloudfunctions.viewer',
  'roles/secretmanager.viewer',
  'roles/iam.securityReviewer',
] as const;

/** See the file's head. */
export class Operator {
  readonly #world: EmulatedWorld;
  readonly #gate: PubSubGate;
  /** What Google Cloud says; a play changes it. */
  facts: CloudFacts = soundFacts();
  /** Further roles that this person has got for this section. */
  furtherRoles: readonly (typeof VIEWERS)[number][] = [];
  /** Where the log stood when the play began: what Monitoring has counted since. */
  linesBefore = 0;
  /** Whether this person may act as users. */
  mayAct = false;

  private constructor(world: EmulatedWorld, gate: PubSubGate) {
    this.#world = world;
    this.#gate = gate;
  }

  static async arrive(world: EmulatedWorld): Promise<Operator> {
    return new Operator(world, await PubSubGate.open(world.env.PUBSUB_EMULATOR_HOST));
  }

  leave(): void {
    this.#gate.close();
  }

  /** Types one command line, and gives what was seen; `stderr` has the questions with their answers. */
  async type(words: readonly string[]): Promise<Ran> {
    const ran = { code: 0, stdout: '', stderr: '' };
    const isViewer = this.furtherRoles.includes('roles/pubsub.viewer');
    this.#gate.grants = [
      ...GRANTS_OF_OPERATORS,
      ...(isViewer ? [{ role: 'roles/pubsub.viewer', on: 'project' } as const] : []),
    ];
    ran.code = await runProgram(words, {
      commands: COMMANDS,
      now: Date.now,
      print: (text) => {
        ran.stdout += text;
      },
      terminal: {
        canDraw: false,
        canAsk: true,
        write: (text) => {
          ran.stderr += text;
        },
        ask: async (question) => {
          ran.stderr += `${question}y\n`;
          return 'y';
        },
        onInterrupt: () => () => undefined,
      },
      paint: { stdout: plain, stderr: plain },
      open: async (_, screen) => {
        const { services, close } = await this.#open(screen);
        const roles = new Set<string>([...ROLES_OF_OPERATORS, ...this.furtherRoles]);
        const view = { facts: this.facts, notifications: () => this.#notifications(), roles };
        const installation = inCloud(services.installation, view, services);
        return {
          services: { ...services, installation, google: this.mayAct ? this.#world.services.google : NOBODY },
          close,
        };
      },
    });
    return ran;
  }

  /** With the names of the installation, as the runbook has them exported. */
  async #open(screen: Screen): Promise<OpenedServices> {
    const { GOOGLE_CLOUD_PROJECT, FIRESTORE_EMULATOR_HOST, WORK_TOPIC, RECEIVER_URL } = this.#world.env;
    const hosts = { FIRESTORE_EMULATOR_HOST, PUBSUB_EMULATOR_HOST: this.#gate.host };
    const names = { GOOGLE_CLOUD_PROJECT, WORK_TOPIC, RECEIVER_URL, CONFSYNC_REGION: 'europe-west1' };
    // Google's clients read theirs from the process, when they are made.
    Object.assign(process.env, hosts);
    try {
      return await openServices({ ...names, ...hosts }, screen);
    } finally {
      process.env.PUBSUB_EMULATOR_HOST = this.#world.env.PUBSUB_EMULATOR_HOST;
    }
  }

  #notifications() {
    const lines = this.#world.lines
      .slice(this.linesBefore)
      .flatMap((line) => (line.line === 'notification' ? [line] : []));
    return {
      taken: lines.filter(({ outcome }) => outcome === 'accepted' || outcome === 'proof').length,
      refused: lines.filter((line) => 'reason' in line && line.reason === 'bad-token').length,
    };
  }
}

async function refuse(): Promise<never> {
  throw new OwnAccountRefused('Permission iam.serviceAccounts.signJwt denied');
}

/** Google Calendar for somebody who may act as nobody. */
const NOBODY: GoogleCalendar = {
  list: refuse,
  get: refuse,
  hasInstances: refuse,
  patch: refuse,
  watch: refuse,
  stop: refuse,
};
