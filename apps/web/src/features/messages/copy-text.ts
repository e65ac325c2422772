/** Puts text on the clipboard; false where the browser doesn't let us (a page over plain http, say). */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
