/** A parsed file as text again: comments are gone, continued lines are one, words are as they were written. */
import type { ContainerFile, EscapeChar, Heredoc, Instruction } from './types.ts';

/** Parsing the result gives the same file but for positions. */
export function printContainerfile(file: ContainerFile): string {
  const directives = file.directives.map(({ name, value }) => `# ${name}=${value}\n`);
  const stages = file.stages.flatMap(({ from, instructions }) => [from, ...instructions]);
  return [
    ...directives,
    ...[...file.metaArgs, ...stages].map((one) => printInstruction(one, file.escape)),
  ].join('');
}

/** One instruction as it was written, on one line, its heredocs below it. Not for expanded instructions. */
export function printInstruction(instruction: Instruction, escapeChar: EscapeChar): string {
  const { text } = instruction;
  // Only the last instruction of a file can end so: with a continuation that nothing follows.
  const end = text.endsWith(escapeChar) ? `${escapeChar}\n` : '\n';
  return [text + end, ...heredocsOf(instruction).map(printHeredoc)].join('');
}

function heredocsOf(instruction: Instruction): readonly Heredoc[] {
  if (instruction.kind === 'onbuild') return heredocsOf(instruction.trigger);
  return 'heredocs' in instruction ? instruction.heredocs : [];
}

function printHeredoc(heredoc: Heredoc): string {
  return `${heredoc.content}${heredoc.name}\n`;
}
