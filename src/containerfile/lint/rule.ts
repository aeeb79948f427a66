/** What the rules of `build --check` work on and give. Rules have Docker's names where Docker has the rule. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Span } from '../../base/span.ts';
import type { Reading } from '../parse.ts';
import type { Globals } from '../scope.ts';
import type { ContainerFile, Instruction, Stage, StageInstruction } from '../types.ts';

export interface LintInputs {
  readonly reading: Reading;
  /** What FROM lines see without any `--build-arg`. */
  readonly defaults: Globals;
  /** True when the context hides the path from the builder. Absent when there is no ignore file. */
  readonly ignores?: (path: string) => boolean;
  /** Stages that something builds; undefined: only the last one counts. */
  readonly targets?: readonly string[];
}

export interface Finding {
  readonly message: string;
  readonly span: Span;
  readonly hint?: string | undefined;
  readonly related?: Diagnostic['related'];
}

export interface Rule {
  /** As in `# check=skip=NAME`. */
  readonly name: string;
  readonly find: (inputs: LintInputs) => readonly Finding[];
}

/** Every instruction of the file in its order, triggers of ONBUILD not among them. */
export function allInstructions(file: ContainerFile): Instruction[] {
  return [...file.metaArgs, ...file.stages.flatMap((stage) => [stage.from, ...stage.instructions])];
}

/** The instructions below FROM, each with its stage. */
export function stageInstructions(file: ContainerFile): { stage: Stage; instruction: StageInstruction }[] {
  return file.stages.flatMap((stage) => stage.instructions.map((instruction) => ({ stage, instruction })));
}

/** The keyword as it was written. */
export function keywordOf(instruction: Instruction): string {
  return /^\S*/.exec(instruction.text)?.[0] ?? '';
}

/** The place of the keyword. */
export function keywordSpan(instruction: Instruction): Span {
  const { path, line, column } = instruction.span;
  return { path, line, column, endLine: line, endColumn: column + keywordOf(instruction).length };
}
