/** Reads and writes the entries of refcount blocks of one width. */
export interface RefcountWidth {
  readonly bits: number;
  /** The largest count that an entry holds. */
  readonly maximum: number;
  get(block: Buffer, index: number): number;
  set(block: Buffer, index: number, count: number): void;
}

/** Entries below a byte are stored from the least significant bit up; wider ones are big-endian. */
export function refcountWidth(bits: number): RefcountWidth {
  if (bits < 8) return partsOfBytes(bits);
  const bytes = bits / 8;
  const maximum = Math.min(2 ** bits - 1, Number.MAX_SAFE_INTEGER);
  if (bits === 64) return { bits, maximum, get: get64, set: set64 };
  if (bits === 16) {
    return {
      bits,
      maximum,
      get: (block, index) => ((block[index * 2] as number) << 8) | (block[index * 2 + 1] as number),
      set: (block, index, count) => void block.writeUInt16BE(count, index * 2),
    };
  }
  return {
    bits,
    maximum,
    get: (block, index) => block.readUIntBE(index * bytes, bytes),
    set: (block, index, count) => void block.writeUIntBE(count, index * bytes, bytes),
  };
}

function partsOfBytes(bits: number): RefcountWidth {
  const perByte = 8 / bits;
  const mask = 2 ** bits - 1;
  return {
    bits,
    maximum: mask,
    get: (block, index) => ((block[Math.floor(index / perByte)] as number) >> ((index % perByte) * bits)) & mask,
    set: (block, index, count) => {
      const at = Math.floor(index / perByte);
      const shift = (index % perByte) * bits;
      block[at] = ((block[at] as number) & ~(mask << shift)) | (count << shift);
    },
  };
}

function get64(block: Buffer, index: number): number {
  return block.readUInt32BE(index * 8) * 2 ** 32 + block.readUInt32BE(index * 8 + 4);
}

function set64(block: Buffer, index: number, count: number): void {
  block.writeUInt32BE(Math.floor(count / 2 ** 32), index * 8);
  block.writeUInt32BE(count % 2 ** 32, index * 8 + 4);
}
