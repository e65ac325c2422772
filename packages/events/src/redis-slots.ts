const SLOTS = 16_384;

/** Which of a cluster's slots a key or channel belongs to: CRC16 (XMODEM) of its name, as the cluster itself counts. Ours have no {hash tags}. */
export function slotOf(key: string): number {
  let crc = 0;
  for (const byte of Buffer.from(key)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
  }
  return crc % SLOTS;
}
