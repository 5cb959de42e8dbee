/** A run of one image's bytes, those of its backing image not counting. */
export interface AllocationRun {
  readonly offset: number;
  /** Bytes; at least 1. */
  readonly length: number;
  readonly kind: 'data' | 'zero' | 'unallocated';
}

/** Which image to look into. */
export interface ImageReference {
  readonly filename: string;
  readonly format: string;
  /** Its node at the far end, where it has one. */
  readonly node?: string | undefined;
  /** Bytes; an image of another size is another image. */
  readonly size?: number | undefined;
}

/** What is found under a file name. */
export interface FoundFile {
  /** Bytes of the file. */
  readonly bytes: number;
  /** What the image says of itself; absent when it cannot be read as one. */
  readonly image?: {
    readonly format: string;
    /** Virtual size in bytes. */
    readonly size: number;
    readonly clusterSize?: number | undefined;
    /** As stored in the image. */
    readonly backing?: string | undefined;
    /** From where this process is. */
    readonly backingPath?: string | undefined;
    readonly backingFormat?: string | undefined;
  } | undefined;
}

/** Looks into images without changing or locking them. Both fail with a message that says why nothing can be known. */
export interface ImageFiles {
  /** Undefined: there is no such file. The format is found out unless it is given. */
  look(filename: string, format?: string): Promise<FoundFile | undefined>;
  /** All runs of an image from its beginning to its end. */
  map(image: ImageReference): AsyncIterable<AllocationRun>;
}

/** For a far end whose files are out of reach. */
export function unreachableImages(reason: string): ImageFiles {
  return {
    look: () => Promise.reject(new Error(reason)),
    async *map() {
      throw new Error(reason);
    },
  };
}
