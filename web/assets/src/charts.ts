// Draws each chart from the table that stands below it, which stays the source of truth for readers and machines.
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import type { EChartsCoreOption } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

echarts.use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, AriaComponent, CanvasRenderer]);

// Apart in lightness as well as in hue; decals tell series apart without colour.
const palette = ["#0066cc", "#d48c00", "#00806b", "#a3193b", "#5c6f82", "#6a4fb3"];

interface Series {
  name: string;
  values: number[];
}

interface Data {
  labels: string[];
  series: Series[];
}

function read(table: HTMLTableElement): Data {
  const headings = [...table.querySelectorAll("thead th")].slice(1).map((th) => th.textContent?.trim() ?? "");
  const rows = [...table.querySelectorAll("tbody tr")];
  const labels = rows.map((tr) => tr.querySelector("th")?.textContent?.trim() ?? "");
  const series: Series[] = [];
  headings.forEach((name, i) => {
    const cells = rows.map((tr) => tr.querySelectorAll("td").item(i));
    if (cells.some((td) => !td || td.hasAttribute("data-extra"))) return;
    series.push({ name, values: cells.map((td) => Number(td.getAttribute("data-value"))) });
  });
  return { labels, series };
}

function option(kind: string, percent: boolean, data: Data, font: string): EChartsCoreOption {
  const language = document.documentElement.lang;
  const format = new Intl.NumberFormat(language, percent ? { style: "percent", maximumFractionDigits: 1 } : {});
  const value = { type: "value", min: 0, axisLabel: { formatter: (n: number) => format.format(n) } };
  if (percent && kind !== "line") Object.assign(value, { max: 1 });
  const category = { type: "category", data: data.labels, inverse: kind !== "line", axisLabel: { width: 160, overflow: "break" } };
  return {
    animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    textStyle: { fontFamily: font, fontSize: 14 },
    color: palette,
    aria: { enabled: false, decal: { show: kind === "stacked" } },
    tooltip: { renderMode: "richText", trigger: "axis", valueFormatter: (n: number) => format.format(n) },
    legend: { show: data.series.length > 1, top: 0, type: "plain" },
    grid: { left: 8, right: 24, bottom: 8, top: data.series.length > 1 ? 56 : 16, containLabel: true },
    xAxis: kind === "line" ? { ...category, inverse: false } : value,
    yAxis: kind === "line" ? value : category,
    series: data.series.map((s) => ({
      name: s.name,
      type: kind === "line" ? "line" : "bar",
      stack: kind === "stacked" ? "all" : undefined,
      data: s.values,
      barMaxWidth: 28,
    })),
  };
}

for (const figure of document.querySelectorAll<HTMLElement>("figure[data-chart]")) {
  const canvas = figure.querySelector<HTMLElement>(".asc-chart-canvas");
  const table = figure.querySelector("table");
  if (!canvas || !table) continue;
  const data = read(table);
  const kind = figure.dataset.chart ?? "bar";
  if (kind !== "line") {
    const bars = kind === "stacked" ? data.labels.length : data.labels.length * Math.max(1, data.series.length);
    canvas.style.height = `${Math.max(180, 44 * bars + 90)}px`;
  }
  canvas.hidden = false;
  const chart = echarts.init(canvas);
  chart.setOption(option(kind, figure.hasAttribute("data-percent"), data, getComputedStyle(figure).fontFamily));
  new ResizeObserver(() => chart.resize()).observe(canvas);
}
