import type { RoomSettings } from "@tertulia/model/rooms";
import type { RoomRow } from "./reach-room.ts";

/** A room's settings, whole. */
export const settingsOf = ({ settings }: Pick<RoomRow, "settings">): RoomSettings => ({ ...settings, slowModeSeconds: settings.slowModeSeconds ?? 0 });

/** As they are stored. Slow mode that is off isn't, so that a node from before there was one still reads most rooms. */
export const storedSettings = ({ slowModeSeconds, ...settings }: RoomSettings): string => JSON.stringify(slowModeSeconds === 0 ? settings : { ...settings, slowModeSeconds });
