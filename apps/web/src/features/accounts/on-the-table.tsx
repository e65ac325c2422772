/** A cup on its saucer with a spoon, seen from above. */
export function Cup({ at, size, drink }: { at: string; size: number; drink: string }) {
  return (
    <g transform={at}>
      <circle r={size * 1.62} fill="var(--c-dish)" />
      <circle r={size * 1.62 - 5} fill="none" stroke="var(--c-dish-line)" strokeWidth="1.5" />
      <rect x={size * 0.8} y="-4" width={size * 0.62} height="8" rx="4" fill="none" stroke="var(--c-cup)" strokeWidth="5" />
      <circle r={size} fill="var(--c-cup)" />
      <circle r={size * 0.8} fill={drink} />
      <path
        d={`M${-size * 0.45} ${-size * 0.1}a${size * 0.46} ${size * 0.46} 0 0 1 ${size * 0.6} ${-size * 0.36}`}
        fill="none"
        stroke="oklch(1 0 0 / .28)"
        strokeWidth="3"
        strokeLinecap="round"
      />
      <g transform={`rotate(38) translate(0 ${size * 1.28})`} fill="var(--c-steel)">
        <rect x={-size * 0.95} y="-1.8" width={size * 1.5} height="3.6" rx="1.8" />
        <ellipse cx={size * 0.8} rx={size * 0.3} ry="5" />
      </g>
    </g>
  );
}

const LEFT_COLUMN = [68, 64, 60, 68, 64, 60, 68, 40];
const RIGHT_COLUMN = [66, 57, 66, 57];

export function Newspaper() {
  return (
    <g transform="translate(250 300) rotate(-17)">
      <rect x="-92" y="-64" width="184" height="128" rx="3" fill="var(--c-shade)" transform="translate(4 7)" opacity=".6" />
      <rect x="-92" y="-64" width="184" height="128" rx="3" fill="var(--c-paper)" />
      <path d="M0-64V64" stroke="var(--c-print)" opacity=".5" />
      <rect x="-80" y="-52" width="118" height="11" rx="2" fill="oklch(0.32 0.02 160)" />
      <rect x="12" y="-30" width="68" height="40" rx="2" fill="var(--p5-f)" opacity=".55" />
      <g fill="var(--c-print)">
        {LEFT_COLUMN.map((width, line) => (
          <rect key={line} x="-80" y={-30 + line * 10} width={width} height="3.4" rx="1.7" />
        ))}
        {RIGHT_COLUMN.map((width, line) => (
          <rect key={line} x="12" y={20 + line * 10} width={width} height="3.4" rx="1.7" />
        ))}
      </g>
    </g>
  );
}

/** On ice, with a slice of orange. */
export function Vermouth() {
  return (
    <g transform="translate(392 204)">
      <circle r="36" fill="var(--c-glass)" />
      <circle r="31" fill="oklch(0.50 0.150 26)" />
      <circle cx="7" cy="4" r="13" fill="oklch(0.80 0.12 62)" />
      <circle cx="7" cy="4" r="9.7" fill="none" stroke="oklch(0.92 0.08 75)" strokeWidth="1.5" />
      <rect x="-20" y="-18" width="20" height="20" rx="4" fill="oklch(1 0 0 / .32)" transform="rotate(18)" />
      <circle r="34" fill="none" stroke="oklch(1 0 0 / .35)" strokeWidth="2" />
    </g>
  );
}

const OLIVES = [
  { x: -16, y: -12, turn: 0 },
  { x: 8, y: -18, turn: 47 },
  { x: 20, y: 4, turn: 94 },
  { x: -4, y: 6, turn: 141 },
  { x: -22, y: 12, turn: 188 },
  { x: 6, y: 24, turn: 235 },
];

export function Olives() {
  return (
    <g transform="translate(398 400)">
      <circle r="49" fill="var(--c-dish)" />
      <circle r="40" fill="none" stroke="var(--tile-mid)" strokeWidth="3" strokeDasharray="7 5" />
      {OLIVES.map(({ x, y, turn }) => (
        <g key={turn} transform={`translate(${x} ${y}) rotate(${turn})`}>
          <ellipse rx="10" ry="7.6" fill="oklch(0.56 0.09 120)" />
          <circle cx="7" r="2" fill="oklch(0.50 0.15 26)" />
        </g>
      ))}
    </g>
  );
}

/** A notebook and its pencil. */
export function Book() {
  return (
    <g transform="translate(404 566) rotate(14)">
      <rect x="-58" y="-38" width="116" height="76" rx="7" fill="var(--p1-f)" />
      <rect x="-52" y="-38" width="5" height="76" fill="oklch(0 0 0 / .16)" />
      <rect x="-30" y="-18" width="64" height="15" rx="3" fill="var(--c-paper)" />
      <g transform="translate(0 56) rotate(-8)">
        <rect x="-62" y="-3.5" width="112" height="7" rx="2" fill="oklch(0.78 0.125 82)" />
        <path d="M50-3.5l16 3.5-16 3.5z" fill="oklch(0.80 0.045 70)" />
        <path d="M60-1.3l6 1.3-6 1.3z" fill="oklch(0.32 0.02 160)" />
      </g>
    </g>
  );
}
