import { getRequestConfig } from "next-intl/server";
import { hasLocale } from "next-intl";
import { messagesIn } from "./messages";
import { routing } from "./routing";

export default getRequestConfig(async ({ requestLocale }) => {
  const asked = await requestLocale;
  const locale = hasLocale(routing.locales, asked) ? asked : routing.defaultLocale;
  return { locale, messages: messagesIn[locale] };
});
