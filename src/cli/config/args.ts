import type { SourceReader } from '../../compose/reader.ts';

/** What `config` was asked for: its own flags and the global ones that choose the project. */
export interface ConfigArgs {
  /** Absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly files?: readonly string[];
  readonly projectDirectory?: string | undefined;
  readonly projectName?: string | undefined;
  readonly envFiles?: readonly string[];
  readonly profiles?: readonly string[];
  readonly allResources?: boolean;
  /** Treats warnings as errors. */
  readonly strict?: boolean;
  readonly services?: readonly string[];
  readonly format?: string | undefined;
  readonly output?: string | undefined;
  readonly quiet?: boolean;
  /** Which list to print instead of the project. */
  readonly listServices?: boolean;
  readonly listImages?: boolean;
  readonly listVolumes?: boolean;
  readonly listNetworks?: boolean;
  readonly listProfiles?: boolean;
  readonly listModels?: boolean;
  readonly listVariables?: boolean;
  readonly listEnvironment?: boolean;
  /** "*" or service names separated by commas. */
  readonly hash?: string | undefined;
  readonly noInterpolate?: boolean;
  readonly noNormalize?: boolean;
  readonly noPathResolution?: boolean;
  readonly noConsistency?: boolean;
  readonly noEnvResolution?: boolean;
  readonly resolveImageDigests?: boolean;
  readonly lockImageDigests?: boolean;
  /** Name of a loading phase. */
  readonly phase?: string | undefined;
  /** A path such as services.web.image, or a variable's name. */
  readonly explain?: string | undefined;
}

/** What `config` is given to speak and ask with. */
export interface ConfigIo {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  /** Text of standard input, for `-f -`. */
  readonly stdin: () => string;
  /** Told before a large file is parsed. */
  readonly onLargeFile?: () => void;
  /** Whether diagnostics may be coloured. */
  readonly colour?: boolean;
  readonly reader?: SourceReader;
  /** `sha256:...` of an image's manifest; absent where no engine is at hand. */
  readonly imageDigest?: (image: string) => Promise<string>;
  readonly writeFile: (path: string, text: string) => void;
}
