/** Rules about upper and lower case. */
import type { FromInstruction } from '../types.ts';
import {
  allInstructions,
  type Finding,
  keywordOf,
  keywordSpan,
  type Rule,
  stageInstructions,
} from './rule.ts';

/** `AS Name`, as written. */
function aliasOf(from: FromInstruction): { as: string; name: string } | undefined {
  const [, as, name] = /\s(as)\s+(\S+)\s*$/i.exec(from.text) ?? [];
  return from.alias && as !== undefined && name !== undefined ? { as, name } : undefined;
}

const isUpper = (text: string): boolean => text === text.toUpperCase();
const isLower = (text: string): boolean => text === text.toLowerCase();

export const casingRules: readonly Rule[] = [
  {
    name: 'StageNameCasing',
    find: ({ reading }) =>
      reading.file.stages.flatMap(({ from }): Finding[] => {
        const alias = aliasOf(from);
        if (!alias || !from.alias || isLower(alias.name)) return [];
        return [
          {
            message: `the stage name "${alias.name}" is not in lower case`,
            span: from.alias.span,
            hint: `write "${from.alias.text}"`,
          },
        ];
      }),
  },
  {
    name: 'FromAsCasing',
    find: ({ reading }) =>
      reading.file.stages.flatMap(({ from }): Finding[] => {
        const alias = aliasOf(from);
        const keyword = keywordOf(from);
        if (!alias || (isUpper(keyword) && isUpper(alias.as)) || (isLower(keyword) && isLower(alias.as)))
          return [];
        return [{ message: `"${keyword}" and "${alias.as}" are written in different case`, span: from.span }];
      }),
  },
  {
    name: 'ConsistentInstructionCasing',
    find: ({ reading }) => {
      const all = allInstructions(reading.file);
      const upper = all.filter((one) => isUpper(keywordOf(one))).length;
      const lower = all.filter((one) => isLower(keywordOf(one))).length;
      const wanted = lower > upper ? 'lower' : 'upper';
      const isRight = wanted === 'lower' ? isLower : isUpper;
      return all.flatMap((one): Finding[] => {
        const keyword = keywordOf(one);
        if (isRight(keyword)) return [];
        const better = wanted === 'lower' ? keyword.toLowerCase() : keyword.toUpperCase();
        return [
          {
            message: `"${keyword}" is not in ${wanted} case as the other instructions are`,
            span: keywordSpan(one),
            hint: `write ${better}`,
          },
        ];
      });
    },
  },
  {
    name: 'ExposeProtoCasing',
    find: ({ reading }) =>
      stageInstructions(reading.file).flatMap(({ instruction }) => {
        if (instruction.kind !== 'expose') return [];
        return instruction.ports.flatMap(({ text, span }): Finding[] => {
          const protocol = text.split('/')[1];
          if (protocol === undefined || protocol.includes('$') || isLower(protocol)) return [];
          return [{ message: `the protocol of "${text}" is not in lower case`, span }];
        });
      }),
  },
];
