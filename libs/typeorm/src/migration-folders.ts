/**
 * Where the migrations can be: beside the built file, as the package carries them, or at the root of the repository. This module is at the
 * sources' root, because the built file, which holds all modules, stands one folder below the package as well.
 */
export const MIGRATION_FOLDERS: readonly URL[] = ['./migrations/', '../../../migrations/'].map(
  (place) => new URL(place, import.meta.url),
);
