/** Calls back when the page is looked at again or the network changes. Outside a browser, never. The answer stops it. */
export function onWake(callback: () => void): () => void {
  if (typeof document === "undefined") return () => {};
  const onVisible = () => {
    if (document.visibilityState === "visible") callback();
  };
  document.addEventListener("visibilitychange", onVisible);
  addEventListener("online", callback);
  addEventListener("offline", callback);
  return () => {
    document.removeEventListener("visibilitychange", onVisible);
    removeEventListener("online", callback);
    removeEventListener("offline", callback);
  };
}
