/**
 * Bundles the functions into one CommonJS file that needs nothing beside it but the functions framework: what a function does not load, a cold start does not pay for.
 * Only syntax and whitespace are minified; names stay, so that a stack trace can be read without its map.
 */
import { basename, dirname, join, resolve } from 'node:path';
import type { Metafile, Plugin } from 'esbuild';
import { build } from 'esbuild';
import { FRAMEWORK } from './lock-framework.ts';

/**
 * Generated message classes of Google's clients: 3.5 MB of code that the packages only hand on to their users. The clients
 * themselves read the JSON descriptions beside them. Whoever does touch a class is told so at once.
 */
const UNUSED_MESSAGE_CLASSES =
  /[\\/](?:(?:firestore-api|pubsub-api|pubsub)[\\/]build[\\/]protos[\\/]protos|google-gax[\\/]build[\\/]protos[\\/](?:iam_service|locations))\.js$/;

/** Firestore's serializer names this class when it loads, and uses it for pipelines only. */
const NAMED_AT_LOAD = 'google.firestore.v1.Value';

/** See UNUSED_MESSAGE_CLASSES. */
export const leaveOutMessageClasses: Plugin = {
  name: 'leave-out-message-classes',
  setup(builder) {
    builder.onLoad({ filter: UNUSED_MESSAGE_CLASSES }, ({ path }) => {
      const name = path.split(/[\\/]node_modules[\\/]/).at(-1) ?? path;
      const contents = `const leftOut = (path) => new Proxy({}, { get(_, key) {
        if (key === '__esModule') return true;
        if (typeof key === 'symbol') return undefined;
        const inner = path + key;
        if (${JSON.stringify(NAMED_AT_LOAD)}.startsWith(inner)) return leftOut(inner + '.');
        throw new Error(inner + ${JSON.stringify(` of ${name} is left out of the bundle (scripts/bundle-functions.ts)`)});
      } });
      module.exports = leftOut('');`;
      return { contents, loader: 'js' };
    });
  },
};

/**
 * The framework loads the bundle, never the other way round: a bundled copy of it would keep a registry of its own that nobody
 * reads, and a real one is not beside the bundle. So what the sources register becomes an export of the bundle by its name, which
 * is the other place where the framework looks.
 */
const exportRegistered: Plugin = {
  name: 'export-registered',
  setup(builder) {
    builder.onResolve({ filter: /^@google-cloud\/functions-framework/ }, () => ({
      path: FRAMEWORK,
      namespace: 'registry',
    }));
    builder.onLoad({ filter: /.*/, namespace: 'registry' }, () => ({
      contents: 'exports.registered = {}; exports.http = (name, handler) => { exports.registered[name] = handler; };',
      loader: 'js',
    }));
  },
};

/** What a bundle run left: the files that went in, by esbuild's own account. */
export interface Bundle {
  readonly metafile: Metafile;
}

/**
 * Writes `index.cjs` and `index.cjs.map` into the folder, which is an absolute path.
 * @throws esbuild's BuildFailure, which lists every error, also where a module asks for a file at run time.
 */
export async function bundleFunctions(entry: string, folder: string): Promise<Bundle> {
  const { metafile } = await build({
    stdin: {
      // The map counts the letters of this line: no path of this machine may stand in it.
      contents: `module.exports = { ...require(${JSON.stringify(`./${basename(entry)}`)}), ...require('${FRAMEWORK}').registered };`,
      resolveDir: dirname(resolve(entry)),
    },
    // Paths in the bundle are relative to it, so that the same sources give the same bytes wherever they lie.
    absWorkingDir: resolve(import.meta.dirname, '..'),
    outfile: join(folder, 'index.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    minifySyntax: true,
    minifyWhitespace: true,
    minifyIdentifiers: false,
    // Linked, not loaded: Node reads the map only under --enable-source-maps.
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    plugins: [exportRegistered, leaveOutMessageClasses],
  });
  return { metafile };
}

/** Files of the archive that run the bundle, by what each does. */
export const STARTERS = ['start.cjs', 'fill-code-cache.cjs'] as const;

const START = resolve(import.meta.dirname, '../functions/start');

/**
 * Writes STARTERS into the folder, which is an absolute path: the one that the framework loads, and the one that `gcp-build` runs.
 * @throws esbuild's BuildFailure
 */
export async function bundleStarters(folder: string): Promise<void> {
  const contents = {
    'start.cjs': `module.exports = require('./load-bundle.ts').loadBundle(__dirname).exports;`,
    'fill-code-cache.cjs': `require('./fill-code-cache.ts').fillCodeCache(__dirname);`,
  };
  for (const name of STARTERS)
    await build({
      stdin: { contents: contents[name], resolveDir: START },
      absWorkingDir: START,
      outfile: join(folder, name),
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node24',
      // The bundle runs under the name of its starter.
      footer: name === 'start.cjs' ? { js: '//# sourceMappingURL=index.cjs.map' } : {},
      legalComments: 'none',
      logLevel: 'warning',
    });
}
