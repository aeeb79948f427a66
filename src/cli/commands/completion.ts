import { fail } from '../../base/errors.ts';
import { own } from '../../base/own.ts';
import { defineCommand } from '../command.ts';
import { completionScripts } from '../completion-scripts.ts';

export const completion = defineCommand({
  name: 'completion',
  usage: 'bash|zsh|fish',
  summary: 'Print a script that makes a shell complete commands, flags, services and values.',
  flags: {},
  operands: { min: 1, max: 1 },
  examples: [
    ['source <(tscompose completion bash)', 'for this shell'],
    ['tscompose completion zsh >"${fpath[1]}/_tscompose"', 'for every zsh'],
    ['tscompose completion fish >~/.config/fish/completions/tscompose.fish', 'for every fish'],
  ],
  run: async ({ operands }, session) => {
    const [shell = ''] = operands;
    const script = own(completionScripts, shell);
    if (script === undefined)
      throw fail('E_USAGE', `no completion for ${shell}`, {
        hint: `there is one for ${Object.keys(completionScripts).join(', ')}`,
      });
    session.print(script);
    return 0;
  },
});
