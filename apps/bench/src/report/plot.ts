import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { CONNECTIONS, MUTATION } from '../measures/mutation.js';
import { type Result, rate } from '../rounds.js';
import { find, type Measured } from './measured.js';

echarts.use([BarChart, LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

const SIZE = { width: 960, height: 760 };
const OURS = '#1f6feb';
const THEIRS = '#9aa4b2';

/** Draws `docs/internals/benchmarks.svg`: the guards side by side, and the change of a job by number of connections. */
export function drawPlot({ guards, mutations }: Measured): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, ...SIZE });
  const { results } = mutations;
  const bars = guards.toReversed();
  const lines = [
    { name: 'over HTTP, audited', of: MUTATION.product, color: OURS },
    { name: 'pgbench, the same statement, no server runs', of: MUTATION.pgbench, color: THEIRS },
  ].filter(({ of }) => CONNECTIONS.some((n) => find(results, of(n)) !== undefined));
  const points = [
    MUTATION.prisma,
    MUTATION.complete,
    MUTATION.create,
    MUTATION.claim,
    MUTATION.pgBoss,
  ].flatMap((name) => find(results, name) ?? []);

  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    title: [
      { text: 'Requests a second behind each guard (logarithmic)', left: 16, top: 8 },
      { text: 'Changes of a job a second, by connections', left: 16, top: 370 },
      { text: 'at 16 connections', left: 600, top: 376, textStyle: { fontSize: 14, fontWeight: 'normal' } },
    ],
    legend: { left: 16, top: 400, itemGap: 24, data: lines.map(({ name }) => name) },
    grid: [
      { left: 300, right: 80, top: 48, height: 280 },
      { left: 64, width: 460, top: 440, height: 270 },
      { left: 600, right: 40, top: 440, height: 270 },
    ],
    xAxis: [
      { gridIndex: 0, type: 'log', min: 10 },
      { gridIndex: 1, type: 'category', data: CONNECTIONS.map(String) },
      {
        gridIndex: 2,
        type: 'category',
        data: points.map(({ name }) => shortName(name)),
        axisLabel: { interval: 0, width: 96, overflow: 'break' },
      },
    ],
    yAxis: [
      { gridIndex: 0, type: 'category', data: bars.map(({ name }) => name) },
      { gridIndex: 1, type: 'value' },
      { gridIndex: 2, type: 'value' },
    ],
    series: [
      {
        type: 'bar',
        xAxisIndex: 0,
        yAxisIndex: 0,
        label: { show: true, position: 'right' },
        data: bars.map((it) => bar(it, it.name.includes('this guard') || it.name.includes('the product'))),
      },
      ...lines.map(({ name, of, color }) => ({
        type: 'line',
        name,
        xAxisIndex: 1,
        yAxisIndex: 1,
        symbolSize: 8,
        color,
        label: { show: true },
        data: CONNECTIONS.map((n) => rounded(find(results, of(n)))),
      })),
      {
        type: 'bar',
        xAxisIndex: 2,
        yAxisIndex: 2,
        barWidth: '50%',
        label: { show: true, position: 'top' },
        data: points.map((it) => bar(it, it.name !== MUTATION.prisma && it.name !== MUTATION.pgBoss)),
      },
    ],
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return `${svg}\n`;
}

function bar(result: Result, ours: boolean) {
  return { value: rounded(result), itemStyle: { color: ours ? OURS : THEIRS } };
}

function rounded(result: Result | undefined): number | null {
  return result === undefined ? null : Math.round(rate(result).median);
}

function shortName(name: string): string {
  return SHORT_NAMES[name] ?? name;
}

const SHORT_NAMES: Record<string, string> = {
  [MUTATION.prisma]: 'Prisma transaction',
  [MUTATION.complete]: 'completion, audited',
  [MUTATION.create]: 'creation, audited',
  [MUTATION.claim]: 'claim, audited',
  [MUTATION.pgBoss]: 'pg-boss',
};
