// Draws each chart from the table that stands below it, which stays the source of truth for readers and machines.
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendPlainComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import type { EChartsCoreOption } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

echarts.use([BarChart, LineChart, GridComponent, LegendPlainComponent, TooltipComponent, AriaComponent, CanvasRenderer]);

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

function option(kind: string, percent: boolean, data: Data, font: string, width: number): EChartsCoreOption {
  const language = document.documentElement.lang;
  const format = new Intl.NumberFormat(language, percent ? { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 } : {});
  const line = kind === "line";
  const told = !line && kind !== "stacked";
  const whole = new Intl.NumberFormat(language, percent ? { style: "percent" } : {});
  const value = { type: "value", min: 0, minInterval: percent ? undefined : 1, splitNumber: width < 480 ? 2 : 5 };
  Object.assign(value, { axisLabel: { show: true, color: "#1a1a1a", formatter: (n: number) => whole.format(n) }, splitLine: { show: true } });
  // Shares are always drawn on the whole: bars scaled to the largest of them would make a third look like nearly all.
  if (percent) Object.assign(value, { max: 1, interval: width < 480 ? 0.5 : 0.25 });
  const names = { color: "#1a1a1a", fontSize: 14, lineHeight: 18, hideOverlap: true, ...(line ? {} : { width: Math.min(240, width * 0.4), overflow: "break" }) };
  const category = { type: "category", data: data.labels, inverse: !line, axisLabel: names, axisTick: { show: line } };
  const several = data.series.length > 1;
  return {
    animation: false, // nothing is learnt from bars that grow, and names are whole from the beginning
    textStyle: { fontFamily: font, fontSize: 14 },
    color: palette,
    aria: { enabled: false, decal: { show: kind === "stacked" } },
    tooltip: { renderMode: "richText", trigger: "axis", valueFormatter: (n: number) => format.format(n) },
    legend: { show: several, top: 0, type: "plain", textStyle: { fontSize: 14 } },
    grid: {
      ...{ left: 8, right: told ? 64 : 40, bottom: 8, top: several ? 56 : 12 },
      ...{ outerBoundsMode: "same", outerBoundsContain: "axisLabel", outerBoundsClampWidth: 40, outerBoundsClampHeight: 40 },
    },
    xAxis: line ? category : value,
    yAxis: line ? value : category,
    series: data.series.map((s) => ({
      name: s.name,
      type: line ? "line" : "bar",
      stack: kind === "stacked" ? "all" : undefined,
      data: s.values,
      barMaxWidth: 24,
      label: { show: told, position: "right", color: "#1a1a1a", fontSize: 14, formatter: (p: { value: number }) => format.format(p.value) },
      showSymbol: data.labels.length <= 31,
      showAllSymbol: true,
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
    const legend = data.series.length > 1 ? 60 : 0;
    canvas.style.height = `${Math.max(110, 40 * bars + 30 + legend)}px`;
  }
  canvas.hidden = false;
  const chart = echarts.init(canvas);
  const font = getComputedStyle(figure).fontFamily;
  const draw = (): void => chart.setOption(option(kind, figure.hasAttribute("data-percent"), data, font, canvas.clientWidth));
  draw();
  new ResizeObserver(() => {
    chart.resize();
    draw();
  }).observe(canvas);
}
