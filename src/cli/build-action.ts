import { fail } from '../base/errors.ts';
import type { BuildAction, ImageBuild } from '../build/types.ts';
import type { BuildContext } from '../execute/types.ts';
import type { Session } from './session.ts';

/** Carries a build action out: a step of the layer builder, or a whole image. */
export async function runBuildAction(
  action: BuildAction,
  context: BuildContext,
  session: Session,
): Promise<void> {
  if (action.kind === 'image.build') return buildWhole(action, context, session);
  const room = await session.buildRoom();
  if (!room) throw fail('E_INTERNAL', `${action.id}: there is no layer builder for this engine`);
  const result = await room.session.run(action, {
    signal: context.signal,
    output: context.output,
    warn: context.warn,
  });
  if (result.isCached) context.progress('unchanged');
}

/** Builds a whole image with `podman build`. */
async function buildWhole(action: ImageBuild, context: BuildContext, session: Session): Promise<void> {
  const [{ buildWithPodman }, { runtimeDir }] = await Promise.all([
    import('../podman/podman-build.ts'),
    import('../podman/runtime-dir.ts'),
  ]);
  const { capabilities } = context.engine;
  await buildWithPodman(action.request, action.tags, {
    url: capabilities.url,
    environment: session.buildEnvironment(),
    folder: runtimeDir(session.env, session.uid),
    store: capabilities.store,
    runtimePath: capabilities.runtimePath,
    signal: context.signal,
    output: (line) => {
      context.output(line);
      if (/^(?:\[\d+\/\d+\] )?STEP /.test(line)) context.progress(line);
    },
    what: `the image of service "${action.service}"`,
    ...(action.source ? { span: action.source } : {}),
  });
}
