package ui_test

import (
	"log/slog"
	"strings"
	"testing"

	"ascolto/web/locale"
	"ascolto/web/ui"
)

// drawn returns the markup of a chart of these values.
func drawn(t *testing.T, c ui.Chart, values ...float64) string {
	t.Helper()
	c.ID, c.Title, c.Columns = "prova", "Prova", []string{"Risposta", "Numero", "Quota"}
	for _, v := range values {
		c.Rows = append(c.Rows,
			ui.ChartRow{Label: "Mai", Cells: []ui.ChartCell{{Value: 99, Text: "99", Extra: true},
				{Value: v, Text: "tanti"}}})
	}
	catalogues, err := locale.Load(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := ui.ChartFigure(ui.Frame{L: catalogues.In(locale.Italian)},
		c).Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestChartsAreDrawnToScale(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		chart  ui.Chart
		values []float64
		want   []string
	}{
		{"shares are of the whole", ui.Chart{Percent: true}, []float64{0.2, 0.418},
			[]string{`width="20"`, `width="41.8"`, "<span>0%</span>", "<span>50%</span>",
				"<span>100%</span>"}},
		{"more than all is all", ui.Chart{Percent: true}, []float64{1.2, -1},
			[]string{`width="100"`, `width="0"`}},
		{"counts end at a round number", ui.Chart{}, []float64{327, 0},
			[]string{`width="65.4"`, `width="0"`, "<span>250</span>", "<span>500</span>"}},
		{"a round number is its own end", ui.Chart{}, []float64{2000},
			[]string{`width="100"`, "<span>1.000</span>", "<span>2.000</span>"}},
		{"an odd end has no half", ui.Chart{}, []float64{5}, []string{"<span>0</span><span>5</span>"}},
		{"nothing at all", ui.Chart{}, []float64{0}, []string{`width="0"`, "<span>0</span><span>1</span>"}},
		{"a line goes through all", ui.Chart{Kind: ui.LineChart}, []float64{0, 5, 10},
			[]string{`points="0,100 50,50 100,0"`}},
		{"a line of one day", ui.Chart{Kind: ui.LineChart}, []float64{10}, []string{`points="0,0 100,0"`}},
	} {
		got := drawn(t, tt.chart, tt.values...)
		for _, want := range tt.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: no %s in\n%s", tt.name, want, got)
			}
		}
		if strings.Contains(got, "style=") || strings.Contains(got, "<script") {
			t.Errorf("%s: what the policy of the pages forbids", tt.name)
		}
	}
}

func TestAChartOfNothingIsATableAlone(t *testing.T) {
	t.Parallel()
	if got := drawn(t, ui.Chart{Kind: ui.LineChart}); strings.Contains(got, "<svg") ||
		!strings.Contains(got, "<table") {
		t.Errorf("got %s", got)
	}
}

// Under a heading that says the same, the title of a chart stays for those who do not see the drawing, and is
// not shown again.
func TestChartUnderItsTitle(t *testing.T) {
	t.Parallel()
	c := ui.Chart{Kind: ui.BarChart}
	if plain := drawn(t, c, 1, 2); strings.Contains(plain, "visually-hidden\" id=\"prova-titolo") {
		t.Errorf("the title of a chart by itself is hidden: %.200s", plain)
	}
	if under := drawn(t, c.Under(), 1, 2); !strings.Contains(under,
		"visually-hidden\" id=\"prova-titolo\">Prova") {
		t.Errorf("the title is shown twice: %.200s", under)
	}
}
