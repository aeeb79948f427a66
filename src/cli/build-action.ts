import type { BuildAction } from '../build/types.ts';
import type { BuildContext } from '../execute/types.ts';
import type { Session } from './session.ts';

/** Builds a whole image with `podman build`. */
export async function runBuildAction(
  action: BuildAction,
  context: BuildContext,
  session: Session,
): Promise<void> {
  const [{ buildWithPodman }, { runtimeDir }] = await Promise.all([
    import('../podman/podman-build.ts'),
    import('../podman/runtime-dir.ts'),
  ]);
  await buildWithPodman(action.request, action.tags, {
    url: context.engine.capabilities.url,
    environment: session.env,
    folder: runtimeDir(session.env, session.uid),
    signal: context.signal,
    output: (line) => {
      context.output(line);
      if (/^(?:\[\d+\/\d+\] )?STEP /.test(line)) context.progress(line);
    },
    what: `the image of service "${action.service}"`,
    ...(action.source ? { span: action.source } : {}),
  });
}
