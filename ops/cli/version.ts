/** The version of this program, which is that of the package. */
import manifest from '../../package.json' with { type: 'json' };

/** As `confsync --version` prints it. */
export const VERSION: string = manifest.version;
