import stable from './blockdev-insert-medium.ts';

/** The name that the command had before it was stable. */
export default { ...stable, name: 'x-blockdev-insert-medium', since: '2.5' };
