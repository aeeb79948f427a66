/** tscompose's own number; a test holds it equal to package.json's. */
export const ownVersion = '0.1.0';

/** The level of docker compose's command line that is kept; clients branch on it (additional_contexts need 2.17, `--orphans` 2.24). */
export const composeLevel = '2.40.3';

/** What `version`, `--version` and `-v` print; its head is what Tilt and other clients match. */
export const versionLine = `Docker Compose version v${composeLevel} (tscompose ${ownVersion})`;
