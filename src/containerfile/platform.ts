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

/** Names that other programs use for an architecture, with the variant they imply. */
const architectures: Readonly<Record<string, readonly [string, string?]>> = {
  x86_64: ['amd64'],
  'x86-64': ['amd64'],
  i386: ['386'],
  aarch64: ['arm64'],
  armhf: ['arm', 'v7'],
  armel: ['arm', 'v6'],
};

/** Parses `linux/arm/v7`, `linux/amd64`, `arm64`. @returns undefined when the text has not that form */
export function parsePlatform(text: string): Platform | undefined {
  const parts = text.toLowerCase().split('/');
  if (parts.length > 3 || parts.some((part) => !/^[a-z0-9_.-]+$/.test(part))) return undefined;
  const [first = '', second, third] = parts;
  const [os, written] = second === undefined ? ['linux', first] : [first, second];
  const [architecture, implied] = Object.hasOwn(architectures, written)
    ? (architectures[written] ?? [written])
    : [written];
  const variant = third ?? implied;
  // arm64 has one variant that all of its machines are, so it is left out as image configs do.
  return {
    os,
    architecture,
    ...(variant && !(architecture === 'arm64' && variant === 'v8') ? { variant } : {}),
  };
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
