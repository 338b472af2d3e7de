/** Where the package has the files of its page: beside the sources, and beside the built file. So this module stays at the sources' root. */
export const PAGE_FOLDER = new URL('../page/', import.meta.url);
