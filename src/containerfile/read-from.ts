/** FROM. */
import type { Flags } from './flags.ts';
import type { Problems } from './problems.ts';
import type { Slice } from './slice.ts';
import { splitAtBlanks } from './split-words.ts';
import type { FromInstruction, Word } from './types.ts';

type Fields = Pick<FromInstruction, 'image' | 'platform' | 'alias'>;

/** `FROM [--platform=P] image [AS name]`. */
export function readFrom(args: Slice, flags: Flags, problems: Problems): Fields | undefined {
  const [image, as, name, extra] = splitAtBlanks(args);
  if (!image) return problems.error('FROM needs an image', args.span, 'write FROM IMAGE, or FROM scratch');
  if (as && as.text.toLowerCase() !== 'as')
    return problems.error(
      `"${as.text}" is not expected after the image`,
      as.span,
      'write FROM IMAGE AS NAME',
    );
  if (as && !name)
    return problems.error('a stage name is missing after AS', as.span, 'write FROM IMAGE AS NAME');
  if (extra) return problems.error(`"${extra.text}" is not expected after the stage name`, extra.span);
  const alias = name && readAlias(name, problems);
  if (name && !alias) return undefined;
  const platform = flags.value('platform');
  return { image: image.word, ...(platform ? { platform } : {}), ...(alias ? { alias } : {}) };
}

/** Names are letters, digits, `-`, `_` and `.`; only digits would be the number of a stage. */
function readAlias(name: Slice, problems: Problems): Word | undefined {
  const text = name.text.toLowerCase();
  if (!/^[a-z0-9_][a-z0-9_.-]*$/.test(text) || /^\d+$/.test(text))
    return problems.error(
      `"${name.text}" cannot be the name of a stage`,
      name.span,
      'begin with a letter; go on with letters, digits, "-", "_" and "."',
    );
  return { text, span: name.span };
}
