import "./dots.css";

/** Three dots that lean in while someone is about to say something. */
export function Dots() {
  return (
    <span className="dots" aria-hidden="true">
      <i />
      <i />
      <i />
    </span>
  );
}
