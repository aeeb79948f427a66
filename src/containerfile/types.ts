/**
 * The Containerfile language as data: a file, its stages and their instructions.
 *
 *     text --parse--> ContainerFile { directives, metaArgs, stages: [{ from, instructions: [...] }] }
 *     instruction --expandInstruction(lookup)--> the same type, variables replaced and quotes removed
 *
 * `parse.ts` makes a {@link ContainerFile} and keeps every word as it was written. What depends on ARG and ENV is
 * decided later: `expand.ts` gives an instruction of the same type with its words resolved, `stages.ts` resolves
 * what a stage builds on and which stage a target names, `scope.ts` keeps the variables of a stage from
 * instruction to instruction. All of it is pure.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/span.ts';

/** A piece of text with its place. Before expansion with quotes, escapes and `$NAME`; after expansion the value. */
export interface Word {
  readonly text: string;
  readonly span: Span;
}

/** The character that continues lines and escapes others; `# escape=` changes it. */
export type EscapeChar = '\\' | '`';

/** `# name=value` at the head of the file: `syntax`, `escape`, `check`. Names in lower case. */
export interface Directive {
  readonly name: string;
  readonly value: string;
  readonly span: Span;
}

/** One text between `<<NAME` and the line `NAME`. */
export interface Heredoc {
  /** Without quotes, e.g. `EOF`; for COPY and ADD the name of the file. */
  readonly name: string;
  /** The lines, each with its line break; leading tabs are gone when `chomp`. Not expanded by the parser. */
  readonly content: string;
  /** False when the name is quoted: then variables stay as they are. */
  readonly expand: boolean;
  /** `<<-NAME`: leading tabs are dropped. */
  readonly chomp: boolean;
  /** `3<<NAME`: RUN only; 0 when not given. */
  readonly fileDescriptor: number;
  /** Of the operator, e.g. `<<-"EOF"`. */
  readonly span: Span;
  /** Of the first line of the content. */
  readonly contentSpan: Span;
}

/** `CMD a b` is handed to the shell; `CMD ["a","b"]` is run as it is. */
export type Command =
  | { readonly form: 'shell'; readonly text: string; readonly span: Span }
  | { readonly form: 'exec'; readonly args: readonly Word[]; readonly span: Span };

export interface NameValue {
  readonly name: Word;
  readonly value: Word;
}

interface InstructionBase {
  /** From the keyword to the end of the last line, heredocs not included. */
  readonly span: Span;
  /** The instruction on one line: continuations joined, comments dropped, the rest as written; no heredoc bodies. */
  readonly text: string;
}

export interface FromInstruction extends InstructionBase {
  readonly kind: 'from';
  readonly image: Word;
  readonly platform?: Word;
  /** Lower case already. */
  readonly alias?: Word;
}

export interface ArgInstruction extends InstructionBase {
  readonly kind: 'arg';
  readonly args: readonly { readonly name: Word; readonly value?: Word }[];
}

export interface EnvInstruction extends InstructionBase {
  readonly kind: 'env';
  readonly pairs: readonly NameValue[];
  /** `ENV name the rest of the line`. */
  readonly legacy: boolean;
}

export interface LabelInstruction extends InstructionBase {
  readonly kind: 'label';
  readonly pairs: readonly NameValue[];
  readonly legacy: boolean;
}

export interface RunInstruction extends InstructionBase {
  readonly kind: 'run';
  readonly mounts: readonly Mount[];
  /** `default`, `none`, `host`. */
  readonly network?: Word;
  /** `sandbox`, `insecure`. */
  readonly security?: Word;
  /** For a heredoc the text has its operators but not its content: `cat <<EOF > /x`. See `run-script.ts`. */
  readonly command: Command;
  readonly heredocs: readonly Heredoc[];
}

interface TransferBase extends InstructionBase {
  /** Paths, patterns, URLs (ADD); heredocs are not among them. */
  readonly sources: readonly Word[];
  readonly heredocs: readonly Heredoc[];
  readonly dest: Word;
  /** `--from` of ADD is Buildah's own. A stage, a stage's number, a named context or an image. */
  readonly from?: Word;
  readonly chown?: Word;
  /** Octal; symbolic forms are refused where they cannot be done. */
  readonly chmod?: Word;
  readonly link: boolean;
  readonly parents: boolean;
  readonly excludes: readonly Word[];
}

export interface CopyInstruction extends TransferBase {
  readonly kind: 'copy';
}

export interface AddInstruction extends TransferBase {
  readonly kind: 'add';
  readonly checksum?: Word;
  readonly keepGitDir: boolean;
  /** Absent: local archives are unpacked, remote ones are not. */
  readonly unpack?: boolean;
}

export interface CmdInstruction extends InstructionBase {
  readonly kind: 'cmd';
  readonly command: Command;
}

export interface EntrypointInstruction extends InstructionBase {
  readonly kind: 'entrypoint';
  readonly command: Command;
}

export interface ShellInstruction extends InstructionBase {
  readonly kind: 'shell';
  readonly args: readonly Word[];
}

export interface ExposeInstruction extends InstructionBase {
  readonly kind: 'expose';
  /** As written, e.g. `7000-7002/tcp`, `$P`. Expansion splits a word that becomes several. */
  readonly ports: readonly Word[];
}

export interface VolumeInstruction extends InstructionBase {
  readonly kind: 'volume';
  readonly paths: readonly Word[];
}

export interface UserInstruction extends InstructionBase {
  readonly kind: 'user';
  readonly user: Word;
}

export interface WorkdirInstruction extends InstructionBase {
  readonly kind: 'workdir';
  readonly path: Word;
}

export interface StopSignalInstruction extends InstructionBase {
  readonly kind: 'stopsignal';
  readonly signal: Word;
}

export interface MaintainerInstruction extends InstructionBase {
  readonly kind: 'maintainer';
  readonly author: Word;
}

/** Durations in nanoseconds, as the image config has them; absent: the engine's default. */
export interface Healthcheck {
  readonly command: Command;
  readonly intervalNs?: number;
  readonly timeoutNs?: number;
  readonly startPeriodNs?: number;
  readonly startIntervalNs?: number;
  readonly retries?: number;
}

export interface HealthcheckInstruction extends InstructionBase {
  readonly kind: 'healthcheck';
  /** `none` is `HEALTHCHECK NONE`: the base's check is switched off. */
  readonly check: Healthcheck | 'none';
}

export interface OnbuildInstruction extends InstructionBase {
  readonly kind: 'onbuild';
  /** What the image config stores and what fires in the child, e.g. `COPY . /src`. */
  readonly triggerText: string;
  readonly trigger: Instruction;
}

export type Instruction =
  | AddInstruction
  | ArgInstruction
  | CmdInstruction
  | CopyInstruction
  | EntrypointInstruction
  | EnvInstruction
  | ExposeInstruction
  | FromInstruction
  | HealthcheckInstruction
  | LabelInstruction
  | MaintainerInstruction
  | OnbuildInstruction
  | RunInstruction
  | ShellInstruction
  | StopSignalInstruction
  | UserInstruction
  | VolumeInstruction
  | WorkdirInstruction;

/** What may stand below a FROM. */
export type StageInstruction = Exclude<Instruction, FromInstruction>;

interface MountBase {
  /** The flag's value as written (expanded after expansion), e.g. `type=cache,target=/c`. */
  readonly text: Word;
  /** Every key of `text` in its order; a key without `=` has no value. */
  readonly options: readonly { readonly key: string; readonly value?: string }[];
}

export interface BindMount extends MountBase {
  readonly type: 'bind';
  readonly target: string;
  readonly source?: string;
  /** A stage, a named context or an image; absent: the build context. */
  readonly from?: string;
  readonly readWrite: boolean;
}

export interface CacheMount extends MountBase {
  readonly type: 'cache';
  readonly target: string;
  readonly id?: string;
  readonly source?: string;
  readonly from?: string;
  readonly readOnly: boolean;
  readonly sharing: 'shared' | 'private' | 'locked';
  readonly uid?: number;
  readonly gid?: number;
  readonly mode?: number;
}

export interface TmpfsMount extends MountBase {
  readonly type: 'tmpfs';
  readonly target: string;
  /** Bytes. */
  readonly size?: number;
}

export interface SecretMount extends MountBase {
  readonly type: 'secret';
  readonly id: string;
  /** Absent: `/run/secrets/ID`, unless `env` is given. */
  readonly target?: string;
  /** The variable that takes the secret. */
  readonly env?: string;
  readonly required: boolean;
  readonly uid?: number;
  readonly gid?: number;
  readonly mode?: number;
}

export interface SshMount extends MountBase {
  readonly type: 'ssh';
  /** `default` when not given. */
  readonly id: string;
  readonly target?: string;
  readonly required: boolean;
  readonly uid?: number;
  readonly gid?: number;
  readonly mode?: number;
}

export type Mount = BindMount | CacheMount | TmpfsMount | SecretMount | SshMount;

export interface Stage {
  /** From 0. */
  readonly index: number;
  /** `AS name`, lower case: stage names have no case. */
  readonly name?: string;
  readonly from: FromInstruction;
  readonly instructions: readonly StageInstruction[];
}

export interface ContainerFile {
  readonly path: string;
  readonly escape: EscapeChar;
  readonly directives: readonly Directive[];
  /** ARGs above the first FROM: seen by FROM lines, and by stages that repeat their name. */
  readonly metaArgs: readonly ArgInstruction[];
  readonly stages: readonly Stage[];
  /** What is odd but allowed: empty continuation lines, MAINTAINER, unknown mount keys. */
  readonly warnings: readonly Diagnostic[];
}

/** What a stage builds on, once its ARGs are known. */
export type StageBase =
  | { readonly kind: 'scratch' }
  | { readonly kind: 'stage'; readonly index: number }
  | { readonly kind: 'image'; readonly reference: string };

/** Gives a variable's value, or `undefined` when it is not set. */
export type Lookup = (name: string) => string | undefined;
