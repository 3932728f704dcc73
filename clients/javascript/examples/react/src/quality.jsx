/** How good the connection is, with the last round trips as bars. */
import { useRef } from "react";
import { useConnectionQuality } from "@tidewire/client/hooks";

const BARS = 30;
const WIDTH = 6;
const HEIGHT = 40;
const VIEW = `0 0 ${BARS * WIDTH} ${HEIGHT}`;

export function Quality() {
  const quality = useConnectionQuality();
  const trips = useRoundTrips(quality);
  return (
    <section className="card" aria-labelledby="quality-title">
      <div className="card-head">
        <h2 id="quality-title">Connection</h2>
        <span id="quality" className="pill" data-quality={quality.quality ?? "unknown"}>
          {quality.quality ?? "measuring…"}
        </span>
      </div>
      <Bars trips={trips} />
      <dl>
        <Figure name="Latency" value={milliseconds(quality.latency)} />
        <Figure name="Mean" value={milliseconds(quality.mean)} />
        <Figure name="Jitter" value={milliseconds(quality.jitter)} />
        <Figure name="Missed pongs" value={quality.missed} />
        <Figure name="Disconnections" value={quality.disconnections} />
      </dl>
    </section>
  );
}

function Figure({ name, value }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Bars({ trips }) {
  const longest = Math.max(...trips, 1);
  return (
    <svg viewBox={VIEW} preserveAspectRatio="none" role="img" aria-label="The last round trips">
      {trips.map((trip, index) => {
        const height = Math.max(2, (trip / longest) * HEIGHT);
        const x = (BARS - trips.length + index) * WIDTH;
        return <rect key={index} x={x} y={HEIGHT - height} width={WIDTH - 2} height={height} rx="1" />;
      })}
    </svg>
  );
}

/** The last latencies; each report of the hook's is a new object. */
function useRoundTrips(quality) {
  const seen = useRef({ quality: null, trips: [] });
  if (seen.current.quality !== quality) {
    const { trips } = seen.current;
    const isNew = quality.latency !== null;
    seen.current = { quality, trips: isNew ? [...trips, quality.latency].slice(-BARS) : trips };
  }
  return seen.current.trips;
}

function milliseconds(value) {
  return value === null ? "–" : `${value.toFixed(1)} ms`;
}
