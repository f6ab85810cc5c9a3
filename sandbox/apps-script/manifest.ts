/** The parts of appsscript.json that decide what a script may do: https://developers.google.com/apps-script/manifest */

/** An entry of `addOns.calendar.conferenceSolution`. */
export interface ConferenceSolution {
  readonly id: string;
  readonly name: string;
  readonly logoUrl: string;
  readonly onCreateFunction: string;
}

/** See the file's head. */
export interface Manifest {
  readonly timeZone: string;
  readonly runtimeVersion: string;
  readonly oauthScopes: readonly string[];
  readonly urlFetchWhitelist: readonly string[];
  readonly dependencies: {
    readonly enabledAdvancedServices: readonly {
      readonly userSymbol: string;
      readonly serviceId: string;
      readonly version: string;
    }[];
  };
  readonly addOns: {
    readonly common: { readonly name: string; readonly logoUrl: string };
    readonly calendar: {
      readonly currentEventAccess: 'METADATA' | 'READ' | 'WRITE' | 'READ_WRITE';
      readonly createSettingsUrlFunction: string;
      readonly conferenceSolution: readonly ConferenceSolution[];
    };
  };
}
