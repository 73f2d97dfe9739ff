// Imported by name and statically, because a bundled CommonJS module has no named exports for `import()`.
import { Explorer, type Loader } from 'cosmiconfig/dist/Explorer.js';

/**
 * Looks for the files of one directory.
 * The package's public entry looks for a configuration of its own in the working directory of the process, and
 * evaluates a `.config/config.js` that it finds there. The class behind the entry does not. No loader here
 * evaluates anything either, and a text is no object that could ask for an `$import`.
 */
export function newExplorer(
  searchPlaces: readonly string[],
  loaders: Readonly<Record<string, Loader>>,
): Explorer {
  return new Explorer({
    moduleName: 'iris',
    searchPlaces,
    loaders,
    searchStrategy: 'none',
    cache: false,
    ignoreEmptySearchPlaces: false,
    transform: (result) => result,
  });
}
