// The package publishes this class without types.
declare module 'cosmiconfig/dist/Explorer.js' {
  export type Loader = (filepath: string, content: string) => unknown;

  interface ExplorerOptions {
    readonly moduleName: string;
    readonly searchPlaces: readonly string[];
    readonly loaders: Readonly<Record<string, Loader>>;
    readonly searchStrategy: 'none';
    readonly cache: boolean;
    readonly ignoreEmptySearchPlaces: boolean;
    readonly transform: (result: unknown) => unknown;
  }

  export class Explorer {
    constructor(options: ExplorerOptions);
    search(from: string): Promise<{ filepath: string; config: unknown; isEmpty?: boolean } | null>;
  }
}
