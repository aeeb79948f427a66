/** Lines of generated Containerfiles. They are read by Buildah's parser, so only its simplest forms are used. */
import type { StageInstruction } from '../../containerfile/types.ts';

/** In double quotes, so that nothing in it is expanded. @returns undefined for what no line can hold */
export function quoted(value: string): string | undefined {
  if (/[\r\n\0]/.test(value)) return undefined;
  return `"${value.replaceAll(/["\\$]/g, (ch) => `\\${ch}`)}"`;
}

/** The line that gives a container's environment what an instruction asks for; undefined: it has no influence on a RUN. */
export function preludeLine(instruction: StageInstruction): string | undefined {
  switch (instruction.kind) {
    case 'env':
      return `ENV ${instruction.pairs.map(({ name, value }) => `${name.text}=${quoted(value.text) ?? ''}`).join(' ')}`;
    case 'user':
      return userLine(instruction.user.text);
    case 'workdir':
      return workdirLine(instruction.path.text);
    case 'volume':
      return `VOLUME ${JSON.stringify(instruction.paths.map(({ text }) => text))}`;
    default:
      return undefined;
  }
}

export function userLine(user: string): string {
  return `USER ${quoted(user) ?? ''}`;
}

export function workdirLine(path: string): string {
  return `WORKDIR ${quoted(path) ?? ''}`;
}

/** True when a line can hold all of it. */
export function fitsLine(instruction: StageInstruction): boolean {
  if (instruction.kind !== 'env') return true;
  return instruction.pairs.every(({ value }) => quoted(value.text) !== undefined);
}

/** How the image's history tells of an instruction that makes no layer. */
export function historyText(text: string): string {
  return `/bin/sh -c #(nop) ${text}`;
}
