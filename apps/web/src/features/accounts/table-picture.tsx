import { Tile } from "@/ui/tile";
import { Book, Cup, Newspaper, Olives, Vermouth } from "./on-the-table";
import "./table-picture.css";

/** A café table from above, everyone at it but you: the dashed seat at the front is yours. Drawn on the server, so it costs no script. */
export function TablePicture() {
  return (
    <svg viewBox="-40 -20 800 840" preserveAspectRatio="xMidYMid slice" aria-hidden="true" className="table-picture">
      <Floor />
      <circle cx="360" cy="414" r="276" fill="var(--c-shade)" />
      <circle cx="360" cy="400" r="276" fill="var(--c-rim)" />
      <circle cx="360" cy="400" r="266" fill="var(--c-top)" />
      <Veins />
      <Newspaper />
      <Cup at="translate(470 300) rotate(-24)" size={41} drink="oklch(0.72 0.065 68)" />
      <Cup at="translate(276 512) rotate(40)" size={43} drink="oklch(0.36 0.045 55)" />
      <Vermouth />
      <Cup at="translate(520 470) rotate(120)" size={38} drink="oklch(0.60 0.115 58)" />
      <Olives />
      <Book />
      <Guest x={68} y={218} colour="var(--p2-f)" initial="T" />
      <Guest x={360} y={56} colour="var(--p6-f)" initial="W" />
      <Guest x={664} y={238} colour="var(--p1-f)" initial="I" />
      <Guest x={658} y={572} colour="var(--p5-f)" initial="P" />
      <foreignObject x="26" y="536" width="72" height="72">
        <Tile id="quill" />
      </foreignObject>
      <YourSeat />
    </svg>
  );
}

function Floor() {
  const corners = [[-5, -5], [53, -5], [-5, 53], [53, 53]] as const;
  return (
    <>
      <pattern id="floor" width="58" height="58" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <path d="M0 .7H58M.7 0V58" stroke="var(--c-shade)" strokeWidth="1.4" fill="none" />
        {corners.map(([x, y]) => (
          <rect key={`${x} ${y}`} x={x} y={y} width="11" height="11" fill="var(--c-shade)" />
        ))}
      </pattern>
      <rect x="-400" y="-100" width="1600" height="1100" fill="url(#floor)" opacity=".75" />
    </>
  );
}

function Veins() {
  return (
    <g fill="none" stroke="var(--c-vein)" strokeLinecap="round" strokeWidth="2">
      <path d="M128 330c60 10 88-40 150-30s86-64 150-96M180 560c40-52 96-44 138-92s120-20 170-70 60-44 122-50M300 650c30-30 88-40 110-90s90-36 150-66" />
      <path d="M278 300c20 26 14 54 40 80M488 398c10 30 40 40 46 74" strokeWidth="1.4" />
    </g>
  );
}

function Guest({ x, y, colour, initial }: { x: number; y: number; colour: string; initial: string }) {
  return (
    <g transform={`translate(${x} ${y})`}>
      <circle r="38" fill={colour} />
      <circle r="30" fill="none" stroke="oklch(1 0 0 / .18)" strokeWidth="1.5" />
      <text y="9" textAnchor="middle" fontSize="26" fontWeight="600" fontFamily="var(--sans)" fill="var(--on-glaze)">
        {initial}
      </text>
    </g>
  );
}

function YourSeat() {
  return (
    <g transform="translate(360 744)" stroke="var(--green)" strokeWidth="3" strokeLinecap="round">
      <circle r="37" fill="var(--ground)" strokeDasharray="9 8.6" />
      <path d="M-10 0h20M0-10v20" />
    </g>
  );
}
