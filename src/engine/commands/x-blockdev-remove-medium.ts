import stable from './blockdev-remove-medium.ts';

/** The name that the command had before it was stable. */
export default { ...stable, name: 'x-blockdev-remove-medium', since: '2.5' };
