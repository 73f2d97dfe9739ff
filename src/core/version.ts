declare const __IRIS_VERSION__: string | undefined;
declare const __IRIS_BUILD__: string | undefined;

/** The package's version; the build replaces it. */
export const VERSION: string = typeof __IRIS_VERSION__ === 'string' ? __IRIS_VERSION__ : '0.0.0-source';

/** A digest of the sources that this build was made from: two builds talk to each other only when it is equal. */
export const BUILD: string = typeof __IRIS_BUILD__ === 'string' ? __IRIS_BUILD__ : 'source';
