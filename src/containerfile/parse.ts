/** Text -> {@link ContainerFile}. Words stay as written; expansion comes later. */
import type { Diagnostic } from '../base/diagnostic.ts';
import { sortDiagnostics } from '../base/diagnostic.ts';
import { ComposeError } from '../base/errors.ts';
import type { Span } from '../base/span.ts';
import { readDirectives } from './directives.ts';
import { readHeredocs } from './heredoc.ts';
import { PhysicalLines, readLogicalLine } from './lines.ts';
import { Problems } from './problems.ts';
import { readInstruction } from './read-instruction.ts';
import { Slice } from './slice.ts';
import type {
  ArgInstruction,
  ContainerFile,
  EscapeChar,
  FromInstruction,
  Instruction,
  Stage,
  StageInstruction,
} from './types.ts';

/** A file as far as it could be read, with all that is wrong with it. */
export interface Reading {
  readonly file: ContainerFile;
  /** Sorted by place; the warnings are in the file. */
  readonly errors: readonly Diagnostic[];
}

/**
 * Parses a Containerfile.
 *
 * @param path - as the user shall see it in messages
 * @throws {ComposeError} `E_CONTAINERFILE`, with everything that is wrong in the file
 * @see https://docs.docker.com/reference/dockerfile/
 */
export function parseContainerfile(text: string, path: string): ContainerFile {
  const { file, errors } = readContainerfile(text, path);
  if (errors.length > 0) throw new ComposeError(errors);
  return file;
}

/** Like {@link parseContainerfile}, but gives what could be read together with the errors. */
export function readContainerfile(text: string, path: string): Reading {
  const problems = new Problems();
  const lines = new PhysicalLines(path, text);
  const { directives, escapeChar } = readDirectives(lines, problems);
  const instructions = readAll(lines, escapeChar, problems);
  const { metaArgs, stages } = arrange(instructions, path, problems);
  return {
    file: {
      path,
      escape: escapeChar,
      directives,
      metaArgs,
      stages,
      warnings: sortDiagnostics(problems.warnings),
    },
    errors: sortDiagnostics(problems.errors),
  };
}

/**
 * Parses the ONBUILD triggers of a base image.
 *
 * @param triggers - as in the image's config, e.g. `["COPY . /src"]`
 * @param span - of the FROM that makes them fire; all positions are its
 */
export function parseTriggers(triggers: readonly string[], span: Span): StageInstruction[] {
  const problems = new Problems();
  const found = triggers.flatMap((trigger) => {
    const instructions = readAll(new PhysicalLines(span.path, trigger), '\\', problems);
    return instructions.map((one) => ({ ...one, span }));
  });
  const wrong = found.find(
    (one) => one.kind === 'from' || one.kind === 'onbuild' || one.kind === 'maintainer',
  );
  if (wrong) problems.error(`${wrong.kind.toUpperCase()} cannot be a trigger of ONBUILD`, span);
  if (problems.errors.length > 0)
    throw new ComposeError(
      problems.errors.map((one) => ({ ...one, message: `ONBUILD of the base image: ${one.message}`, span })),
    );
  return found.filter((one) => one.kind !== 'from');
}

function readAll(lines: PhysicalLines, escapeChar: EscapeChar, problems: Problems): Instruction[] {
  const instructions: Instruction[] = [];
  const onEmptyLine = (span: Span): void =>
    problems.warn('an empty line inside an instruction', span, 'remove it, or put a # on it');
  for (;;) {
    const line = readLogicalLine(lines, escapeChar, onEmptyLine);
    if (!line) return instructions;
    const instruction = readInstruction(new Slice(line, 0, line.text.length), {
      escapeChar,
      problems,
      heredocs: (operators) => readHeredocs(operators, lines, problems),
    });
    if (instruction) instructions.push(instruction);
  }
}

/** Sorts the instructions into the ARGs above the first FROM and the stages. */
function arrange(
  instructions: readonly Instruction[],
  path: string,
  problems: Problems,
): Pick<ContainerFile, 'metaArgs' | 'stages'> {
  const metaArgs: ArgInstruction[] = [];
  const stages: { from: FromInstruction; instructions: StageInstruction[] }[] = [];
  for (const instruction of instructions) {
    const stage = stages.at(-1);
    if (instruction.kind === 'maintainer')
      problems.warn(
        'MAINTAINER is deprecated',
        instruction.span,
        'write LABEL org.opencontainers.image.authors=...',
      );
    if (instruction.kind === 'from') stages.push({ from: instruction, instructions: [] });
    else if (stage) stage.instructions.push(instruction);
    else if (instruction.kind === 'arg') metaArgs.push(instruction);
    else {
      const name = instruction.kind.toUpperCase();
      problems.error(`${name} stands before the first FROM`, instruction.span, 'only ARG may stand there');
    }
  }
  if (stages.length === 0 && problems.errors.length === 0)
    problems.error('there is no FROM', { path, line: 1, column: 1 }, 'begin with FROM IMAGE');
  return {
    metaArgs,
    stages: stages.map((stage, index): Stage => {
      const name = stage.from.alias?.text;
      return { index, ...(name === undefined ? {} : { name }), ...stage };
    }),
  };
}
