import manifest from '../../package.json' with { type: 'json' };

/** qmon's own version. */
export const version: string = manifest.version;
