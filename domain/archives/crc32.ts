/** The check value of gzip and zip (ISO 3309), as bytes come. */
export function openCrc32(): { update(bytes: Uint8Array): void; value(): number } {
  const table = crcTable();
  let crc = 0xffffffff;
  return {
    update(bytes) {
      let value = crc;
      for (let at = 0; at < bytes.length; at++) value = (value >>> 8) ^ (table[(value ^ (bytes[at] as number)) & 0xff] as number);
      crc = value;
    },
    value: () => (crc ^ 0xffffffff) >>> 0,
  };
}

function crcTable(): Int32Array {
  const table = new Int32Array(256);
  for (let index = 0; index < 256; index++) {
    let value = index;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    table[index] = value;
  }
  return table;
}
