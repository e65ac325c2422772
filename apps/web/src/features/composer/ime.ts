/** Safari ends a composition just before the key that ended it; both belong to one press of a key. */
const ONE_PRESS_MS = 30;

interface Key {
  isComposing: boolean;
  keyCode: number;
  timeStamp: number;
}

/**
 * Tells the keys that an input method takes for itself from those that are meant for us. Browsers disagree: some say
 * `isComposing`, some only `keyCode` 229, and Safari ends the composition before it tells of the key.
 */
export class Ime {
  private endedAt = Number.NEGATIVE_INFINITY;

  compositionEnded(event: { timeStamp: number }): void {
    this.endedAt = event.timeStamp;
  }

  owns(key: Key): boolean {
    return key.isComposing || key.keyCode === 229 || key.timeStamp - this.endedAt < ONE_PRESS_MS;
  }
}
