/**
 * Platforms, and the ARGs that the builder sets from them.
 *
 * @see https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope
 */

export interface Platform {
  /** `linux` */
  readonly os: string;
  /** Go's names: `amd64`, `arm64`. */
  readonly architecture: string;
  /** `v7`; absent or empty for none. */
  readonly variant?: string;
}

/** `linux/arm/v7` */
export function formatPlatform(platform: Platform): string {
  return [platform.os, platform.architecture, platform.variant].filter(Boolean).join('/');
}

/** `TARGETPLATFORM`, `BUILDARCH` and the others. A variant that there is not is empty. */
export function platformArgs(inputs: {
  readonly targetPlatform: Platform;
  readonly buildPlatform: Platform;
  readonly target?: string;
}): Record<string, string> {
  return {
    ...argsOf('TARGET', inputs.targetPlatform),
    ...argsOf('BUILD', inputs.buildPlatform),
    TARGETSTAGE: inputs.target ?? 'default',
  };
}

function argsOf(prefix: 'TARGET' | 'BUILD', platform: Platform): Record<string, string> {
  return {
    [`${prefix}PLATFORM`]: formatPlatform(platform),
    [`${prefix}OS`]: platform.os,
    [`${prefix}ARCH`]: platform.architecture,
    [`${prefix}VARIANT`]: platform.variant ?? '',
  };
}
