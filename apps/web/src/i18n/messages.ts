import type { Locale } from "@tertulia/model/users";
import accountsEn from "@/features/accounts/strings.en.json";
import assistantsEn from "@/features/assistants/strings.en.json";
import composerEn from "@/features/composer/strings.en.json";
import connectionEn from "@/features/connection/strings.en.json";
import frameEn from "@/features/frame/strings.en.json";
import messagesEn from "@/features/messages/strings.en.json";
import peopleEn from "@/features/people/strings.en.json";
import presenceEn from "@/features/presence/strings.en.json";
import roomsEn from "@/features/rooms/strings.en.json";
import settingsEn from "@/features/settings/strings.en.json";
import typingEn from "@/features/typing/strings.en.json";
import uiEn from "@/ui/strings.en.json";
import accountsZh from "@/features/accounts/strings.zh-CN.json";
import assistantsZh from "@/features/assistants/strings.zh-CN.json";
import composerZh from "@/features/composer/strings.zh-CN.json";
import connectionZh from "@/features/connection/strings.zh-CN.json";
import frameZh from "@/features/frame/strings.zh-CN.json";
import messagesZh from "@/features/messages/strings.zh-CN.json";
import peopleZh from "@/features/people/strings.zh-CN.json";
import presenceZh from "@/features/presence/strings.zh-CN.json";
import roomsZh from "@/features/rooms/strings.zh-CN.json";
import settingsZh from "@/features/settings/strings.zh-CN.json";
import typingZh from "@/features/typing/strings.zh-CN.json";
import uiZh from "@/ui/strings.zh-CN.json";

// Every feature keeps its own words beside its code; English is the shape the other languages are held to.
const en = {
  accounts: accountsEn,
  assistants: assistantsEn,
  composer: composerEn,
  connection: connectionEn,
  frame: frameEn,
  messages: messagesEn,
  people: peopleEn,
  presence: presenceEn,
  rooms: roomsEn,
  settings: settingsEn,
  typing: typingEn,
  ui: uiEn,
};

export type Messages = typeof en;

const zhCN: Messages = {
  accounts: accountsZh,
  assistants: assistantsZh,
  composer: composerZh,
  connection: connectionZh,
  frame: frameZh,
  messages: messagesZh,
  people: peopleZh,
  presence: presenceZh,
  rooms: roomsZh,
  settings: settingsZh,
  typing: typingZh,
  ui: uiZh,
};

export const messagesIn: Record<Locale, Messages> = { en, "zh-CN": zhCN };
