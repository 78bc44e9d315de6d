import '@mantine/charts/styles.css';
import { BarChart } from '@mantine/charts';
import { formatClock } from '../shared/format';

/** Loaded only on this page: charts are larger than the rest of the console. */
export default function RequestsChart({
  requests,
}: {
  requests: { at: string; served: number; refused: number; limited: number }[];
}) {
  const data = requests.map(({ at, served, refused, limited }) => ({
    minute: formatClock(Date.parse(at)),
    Served: served,
    Refused: refused,
    'Over a limit': limited,
  }));
  return (
    <BarChart
      h={220}
      data={data}
      dataKey="minute"
      type="stacked"
      withLegend
      maxBarWidth={12}
      gridColor="var(--line)"
      textColor="var(--secondary)"
      tickLine="none"
      // The table beside the chart is for the keyboard and for screen readers.
      barChartProps={{ accessibilityLayer: false }}
      barProps={{ isAnimationActive: false }}
      series={[
        { name: 'Served', color: 'var(--running)' },
        { name: 'Refused', color: 'var(--bad)' },
        { name: 'Over a limit', color: 'var(--warning)' },
      ]}
    />
  );
}
