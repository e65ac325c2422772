import { hasLocale } from "next-intl";
import { setRequestLocale } from "next-intl/server";
import type { Metadata, Viewport } from "next";
import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { directionOf, locales } from "@/i18n/locales";
import { THEME_SCRIPT } from "@/ui/theme-script";
import "../globals.css";

export const metadata: Metadata = {
  title: "Tertulia",
  robots: { index: false },
  formatDetection: { telephone: false, email: false, address: false },
};

export const viewport: Viewport = {
  width: "device-width",
  initialScale: 1,
  viewportFit: "cover",
  interactiveWidget: "resizes-content",
  // The ground of tokens.css, in the only notation that every browser's own frame reads.
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#e6ebe4" },
    { media: "(prefers-color-scheme: dark)", color: "#0d1210" },
  ],
};

export const dynamicParams = false;
export const generateStaticParams = () => locales.map((locale) => ({ locale }));

export default async function Document({ children, params }: { children: ReactNode; params: Promise<{ locale: string }> }) {
  const { locale } = await params;
  if (!hasLocale(locales, locale)) notFound();
  setRequestLocale(locale);
  return (
    // The theme is written on this element before React sees it.
    <html lang={locale} dir={directionOf(locale)} suppressHydrationWarning>
      <head>
        <script dangerouslySetInnerHTML={{ __html: THEME_SCRIPT }} />
      </head>
      <body>{children}</body>
    </html>
  );
}
